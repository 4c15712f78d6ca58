/** Figures that the server part and the embedded part print alike. */
import type { ImportTime } from './city.js';
import type { CheckClient } from './http-client.js';
import { ms, quantile, row, target } from './report.js';
import type { RunningService } from './service-process.js';

export function reportImports(imports: readonly ImportTime[], reused: boolean): void {
  for (const { layer, features, seconds } of imports) {
    const name = `import ${layer}${reused ? ' (by an earlier run)' : ''}`;
    row(name, `${features} rows`, `${seconds.toFixed(1)} s`, `${Math.round(features / seconds)} rows/s`);
  }
}

/** Small checks of one parcel each; the bodies are sent once before, so that what is timed is warm. */
export async function measureSingles(
  client: CheckClient,
  bodies: readonly Buffer[],
  atOnce: number,
  p95TargetMs?: number,
): Promise<void> {
  await client.all(bodies, atOnce);
  const { times, ms: wholeMs } = await client.all(bodies, atOnce);
  const figures = [50, 95, 99].map((percent) => `p${percent} ${ms(quantile(times, percent / 100))}`);
  row(
    `single checks, warm, ${atOnce} at a time`,
    ...figures,
    `${Math.round((times.length / wholeMs) * 1000)} checks/s`,
  );
  if (p95TargetMs !== undefined) target('  p95', quantile(times, 0.95), p95TargetMs, ms);
}

/** Beside the cache, MB; of the embedded service the database is a part, so there it is no target. */
const MEMORY_TARGET_MB = 300;

export async function reportMemory(service: RunningService, hasTarget: boolean): Promise<void> {
  const { bytes, budgetBytes } = await service.cache();
  const mb = (value: number): string => `${value.toFixed(0)} MB`;
  row('edge cache', mb(bytes / 1e6), `budget ${mb(budgetBytes / 1e6)}`);
  row('resident memory at its highest', mb(service.peakMb()));
  const name = 'resident memory after all that';
  if (hasTarget) target(name, service.residentMb(), MEMORY_TARGET_MB + budgetBytes / 1e6, mb);
  else row(name, mb(service.residentMb()));
}

export const perSecond = (parcels: number, milliseconds: number): string =>
  `${Math.round((parcels / milliseconds) * 1000)} parcels/s`;
