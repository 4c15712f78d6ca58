/** The service on the embedded database: how long its starts take, and what checks cost at a district's size. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { submissions } from './check-bodies.js';
import { type City, importCity } from './city.js';
import { CheckClient } from './http-client.js';
import { heading, median, ms, row, seconds, target } from './report.js';
import { measureSingles, perSecond, reportImports, reportMemory } from './service-figures.js';
import { startService } from './service-process.js';

export async function benchEmbedded(city: City, count: number, runs: number): Promise<void> {
  heading(`embedded: ${count} parcels against ${city.summary.patches} patches`);
  const folder = await mkdtemp(join(tmpdir(), 'onemap-bench-'));
  try {
    await measureStarts(join(folder, 'sample'));
    const dataDir = join(folder, 'city');
    reportImports(await importCity(city, { ONEMAP_DATA_DIR: dataDir }), false);
    await measureChecks(dataDir, city, count, runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As `npm start` does it: the first start makes the database and loads the sample city. */
async function measureStarts(dataDir: string): Promise<void> {
  const env = { ONEMAP_DATA_DIR: dataDir, ONEMAP_SAMPLE: '1' };
  const first = await startService(env);
  await first.stop();
  target('first start, sample city loaded', first.startMs, 15_000, seconds);
  const later: number[] = [];
  for (let i = 0; i < 3; i++) {
    const service = await startService(env);
    later.push(service.startMs);
    await service.stop();
  }
  target('later start (median of 3)', median(later), 4_000, seconds);
}

const SINGLES = 300;

async function measureChecks(dataDir: string, city: City, count: number, runs: number): Promise<void> {
  const service = await startService({ ONEMAP_DATA_DIR: dataDir });
  const client = new CheckClient(service.url, 1);
  try {
    row('start to ready', seconds(service.startMs));
    const { together, single } = submissions(count, city.box);
    row('whole check, cold', ms((await client.check(together)).ms));
    const warm: number[] = [];
    for (let i = 0; i < runs; i++) warm.push((await client.check(together)).ms);
    row('whole check, warm', ms(median(warm)), perSecond(count, median(warm)));
    await measureSingles(client, single.slice(0, SINGLES), 1, 40);
    await reportMemory(service, false);
  } finally {
    client.close();
    await service.stop();
  }
}
