/** Proposals over 5,000 parcels end to end, and the fragments of a whole district: seconds and memory against their goals. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/cli/config.js';
import { openService } from '../src/cli/open-service.js';
import { packageRoot } from '../src/core/package-root.js';
import { type City, importCity } from './city.js';
import { parcelMosaic } from './parcel-mosaic.js';
import { heading, note, row, seconds, target } from './report.js';

const PARCELS = 5_000;
const PROPOSE_GOAL_S = 10;
const DISTRICT_GOAL_S = 60;
/** Inside the city of the bench, EPSG:4526. */
const MOSAIC = { seed: 7, density: 6, originX: 38_430_000, originY: 3_898_000 };
const USES = ['1001', '0901', '070102', '1101'];
/** A submission of 5,000 detailed parcels and a search over a district need more than a check's usual limits. */
const LIMITS = { ONEMAP_MAX_PAIRS: '10000000' };

/** Both on the embedded database: `npm start` and nothing else. */
export async function benchSupply(city: City): Promise<void> {
  heading(`supply: bundles of ${PARCELS} parcels, fragments among ${city.summary.patches} patches`);
  const folder = await mkdtemp(join(tmpdir(), 'onemap-bench-'));
  const env = { ONEMAP_DATA_DIR: join(folder, 'city'), ...LIMITS };
  try {
    const imports = await importCity(city, env);
    note(`imported in ${seconds(1000 * imports.reduce((sum, one) => sum + one.seconds, 0))}`);
    const service = await openService(readConfig(env, packageRoot), (reason) => console.error(reason));
    try {
      await benchProposals(service);
      await benchDistrict(service, city);
    } finally {
      await service.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Service = Awaited<ReturnType<typeof openService>>;

const memory = (): void => row('  memory (RSS)', `${(process.memoryUsage().rss / 1e9).toFixed(2)} GB`);

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
  row('  pairs, bundles, proposals', adjacency.length, bundles.length, proposals?.proposals.length ?? 0);
  row('  search', proposals?.search ?? '—', `left out ${proposals?.left.length ?? 0}`);
  target('  proposals, end to end', took, PROPOSE_GOAL_S, (value) => `${value.toFixed(1)} s`);
  memory();
}

async function benchDistrict(service: Service, { box: [x0, y0, x1, y1] }: City): Promise<void> {
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
  row('  fragments found', fragments.length, `${discovered?.selection.ids.length ?? 0} under the cap`);
  row('  larger, cleaned', discovered?.larger.pieces ?? 0, discovered?.cleaned.pieces ?? 0);
  target('  discovery over the district', took, DISTRICT_GOAL_S, (value) => `${value.toFixed(1)} s`);
  memory();
}
