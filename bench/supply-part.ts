/** Proposals over 5,000 parcels end to end, and the fragments of whole districts: seconds, memory and growth against the goals. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/cli/config.js';
import { openService } from '../src/cli/open-service.js';
import { packageRoot } from '../src/core/package-root.js';
import { type City, importCity } from './city.js';
import { parcelMosaic } from './parcel-mosaic.js';
import { heading, note, row, seconds, target, times } from './report.js';

const PARCELS = 5_000;
const PROPOSE_GOAL_S = 10;
const DISTRICT_GOAL_S = 60;
/** Inside the city of the bench, EPSG:4526. */
const MOSAIC = { seed: 7, density: 6, originX: 38_430_000, originY: 3_898_000 };
const USES = ['1001', '0901', '070102', '1101'];

/** A city, and the environment of a service that has it. */
export interface SupplyCity {
  city: City;
  env: Record<string, string>;
}

/** The largest city last; all settings are those of a plain start. */
export async function benchSupply(cities: readonly SupplyCity[]): Promise<void> {
  heading(`supply: bundles of ${PARCELS} parcels, fragments of whole districts`);
  let base: number | undefined;
  for (const { city, env } of cities) {
    const { patches } = city.summary;
    const each = (await withService(env, (service) => benchDistrict(service, city))) / patches;
    if (base !== undefined) target(`  time for each patch, from the smallest city`, each / base, 1.5, times);
    base ??= each;
  }
  await withService(cities.at(-1)!.env, benchProposals);
}

/** The city in an embedded database of its own: `npm start` and nothing else. */
export async function benchSupplyEmbedded(city: City): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'onemap-bench-'));
  const env = { ONEMAP_DATA_DIR: join(folder, 'city') };
  try {
    const imports = await importCity(city, env);
    note(`imported in ${seconds(1000 * imports.reduce((sum, one) => sum + one.seconds, 0))}`);
    await benchSupply([{ city, env }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process's memory never shrinks again: its growth since the start is what is told. */
async function withService<T>(
  env: Record<string, string>,
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const service = await openService(readConfig(env, packageRoot), (reason) => console.error(reason));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 100);
  try {
    return await work(service);
  } finally {
    clearInterval(watch);
    row('  memory at most (RSS)', `${(peak / 1e9).toFixed(2)} GB`);
    await service.close();
  }
}

type Service = Awaited<ReturnType<typeof openService>>;

async function benchProposals(service: Service): Promise<void> {
  const features = parcelMosaic({ ...MOSAIC, count: PARCELS }).map((coordinates, n) => ({
    type: 'Feature',
    id: `P-${n}`,
    properties: { landUse: USES[(n * 7) % USES.length], detailedPlanUse: USES[(n * 7) % USES.length] },
    geometry: { type: 'MultiPolygon', coordinates },
  }));
  const body = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
  const request = { body, contentType: 'application/geo+json', crs: 'EPSG:4526', repair: true };
  const start = performance.now();
  const answer = await service.createBundles({
    ...request,
    propose: { minAreaM2: 20_000, maxAreaM2: 60_000, uses: ['industry', 'housing'] },
  });
  const took = (performance.now() - start) / 1000;
  const { proposals, adjacency, bundles } = answer;
  row(
    `${PARCELS} parcels: pairs, bundles, proposals`,
    adjacency.length,
    bundles.length,
    proposals?.proposals.length ?? 0,
  );
  row('  search', proposals?.search ?? '—', `left out ${proposals?.left.length ?? 0}`);
  target('  proposals, end to end', took, PROPOSE_GOAL_S, (value) => `${value.toFixed(1)} s`);
}

/** Seconds of the search. */
async function benchDistrict(service: Service, { summary, box: [x0, y0, x1, y1] }: City): Promise<number> {
  const ring = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
    [x0, y0],
  ];
  const body = Buffer.from(
    JSON.stringify({
      type: 'Feature',
      id: 'district',
      properties: { role: 'project' },
      geometry: { type: 'Polygon', coordinates: [ring] },
    }),
  );
  const start = performance.now();
  const { fragments, discovered } = await service.createFragments({
    body,
    contentType: 'application/geo+json',
    discover: true,
  });
  const took = (performance.now() - start) / 1000;
  row(
    `${summary.patches} patches: fragments found`,
    fragments.length,
    `${discovered?.selection.ids.length ?? 0} under the cap`,
  );
  row('  larger, cleaned', discovered?.larger.pieces ?? 0, discovered?.cleaned.pieces ?? 0);
  target('  discovery over the district', took, DISTRICT_GOAL_S, (value) => `${value.toFixed(1)} s`);
  return took;
}
