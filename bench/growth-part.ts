/** What a parcel costs where there are ten and fifty times as many patches of the same size: it should be the same. */
import { type Submissions, submissions } from './check-bodies.js';
import type { City } from './city.js';
import { CheckClient } from './http-client.js';
import { heading, median, ms, row, target, times } from './report.js';
import { type RunningService, startService } from './service-process.js';

interface Candidate {
  patches: number;
  service: RunningService;
  client: CheckClient;
  given: Submissions;
  ms: number[];
}

/** All services run side by side and take turns, so that a busy machine slows all of them alike. */
export async function benchGrowth(
  cities: readonly { city: City; url: string }[],
  count: number,
  runs: number,
): Promise<void> {
  heading(`growth: the same ${count} parcels, warm, by number of patches`);
  const candidates: Candidate[] = [];
  try {
    for (const { city, url } of cities) {
      const service = await startService({ DATABASE_URL: url });
      const client = new CheckClient(service.url, 1);
      const given = submissions(count, city.box);
      candidates.push({ patches: city.summary.patches, service, client, given, ms: [] });
      for (let i = 0; i < 2; i++) await client.check(given.together);
    }
    for (let i = 0; i < runs; i++) {
      for (const one of candidates) one.ms.push((await one.client.check(one.given.together)).ms);
    }
    report(candidates, count);
  } finally {
    for (const { client, service } of candidates) {
      client.close();
      await service.stop();
    }
  }
}

function report(candidates: readonly Candidate[], count: number): void {
  const base = median(candidates[0]!.ms) / count;
  for (const { patches, ms: all } of candidates) {
    const each = median(all) / count;
    row(`${patches} patches`, `${ms(each)} a parcel`);
    if (patches !== candidates[0]!.patches)
      target(`  growth from ${candidates[0]!.patches}`, each / base, 1.3, times);
  }
}
