/** Part `million`: memory while a million features stream out, and the vector tiles of a whole city. */
import { Agent } from 'node:http';
import type { Box } from '../src/core/geometry-types.js';
import { type TileMatrixSet, type TilePlace, tileMatrixSets } from '../src/ogc/tiles/tile-matrix-sets.js';
import type { City } from './city.js';
import type { CityDatabase } from './city-database.js';
import { dropMillion, MILLION, millionBox, openMillion } from './million-features.js';
import { readAll } from './read-all.js';
import { heading, median, ms, row, target } from './report.js';
import { type RunningService, startService } from './service-process.js';

export async function benchMillion(serverUrl: string, city: City, database: CityDatabase): Promise<void> {
  heading(`million: ${city.summary.patches} patches as imported, and ${MILLION} made ones`);
  try {
    await measureCity(database.url, city.summary.patches, city.box);
    await measureCity(await openMillion(serverUrl), MILLION, millionBox);
  } finally {
    await dropMillion(serverUrl);
  }
}

async function measureCity(url: string, patches: number, box: Box): Promise<void> {
  await measureFirstTiles(url, patches, box);
  const service = await startService({ DATABASE_URL: url });
  try {
    await measureTiles(service, patches, box);
    for (const form of ['geojson', 'gml32']) await streamAll(service, patches, form);
  } finally {
    await service.stop();
  }
}

/** Every tile over the middle of the city from the level on which it is one, asked for once, and then once more. */
const LEVELS = [6, 8, 9, 10, 11, 12, 13, 14, 15];

/** Levels whose tile is asked for as the very first thing: the whole city, a town, and where a tile holds most. */
const FIRST_LEVELS = [9, 10, 12];

async function measureFirstTiles(url: string, patches: number, box: Box): Promise<void> {
  const times: number[] = [];
  for (const z of FIRST_LEVELS) {
    const service = await startService({ DATABASE_URL: url });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const start = performance.now();
      await readAll(addressOf(service, tileMatrixSets[0]!, placeOver(tileMatrixSets[0]!, z, box)), agent);
      times.push(performance.now() - start);
    } finally {
      agent.destroy();
      await service.stop();
    }
  }
  row(`${patches} patches, first tile after a start, level`, ...FIRST_LEVELS);
  row('  ms', ...times.map((time) => time.toFixed(0)));
  target('  slowest', Math.max(...times), 150, ms);
}

const addressOf = ({ url }: RunningService, set: TileMatrixSet, { z, y, x }: TilePlace): string =>
  `${url}/ogc/collections/dltb/tiles/${set.id}/${z}/${y}/${x}`;

async function measureTiles(service: RunningService, patches: number, box: Box): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (const set of tileMatrixSets) {
      const places = LEVELS.map((z) => placeOver(set, z, box));
      const first: number[] = [];
      const again: number[] = [];
      const sizes: number[] = [];
      for (const place of places) {
        const address = addressOf(service, set, place);
        const read = async (times: number[]): Promise<number> => {
          const start = performance.now();
          const bytes = await readAll(address, agent);
          times.push(performance.now() - start);
          return bytes;
        };
        sizes.push(await read(first));
        await read(again);
      }
      const name = `${patches} patches, ${set.id}`;
      row(`${name}, level`, ...LEVELS);
      row('  uncached, ms', ...first.map((time) => time.toFixed(0)));
      row('  kB', ...sizes.map((bytes) => (bytes / 1e3).toFixed(0)));
      target('  slowest uncached', Math.max(...first), 150, ms);
      target('  cached, median', median(again), 5, ms);
    }
  } finally {
    agent.destroy();
  }
}

function placeOver(set: TileMatrixSet, z: number, [west, south, east, north]: Box): TilePlace {
  const [x, y] = set.project((west + east) / 2, (south + north) / 2);
  return { z, y: Math.floor(y * set.height * 2 ** z), x: Math.floor(x * set.width * 2 ** z) };
}

/** The whole layer in one answer: resident memory must not grow with it. */
async function streamAll({ url, residentMb }: RunningService, patches: number, form: string): Promise<void> {
  const before = residentMb();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb());
  }, 50);
  const agent = new Agent();
  const start = performance.now();
  const address = `${url}/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&count=${patches}&outputformat=${form}`;
  const bytes = await readAll(address, agent).finally(() => clearInterval(timer));
  agent.destroy();
  const seconds = (performance.now() - start) / 1000;
  row(
    `${patches} features in one answer, ${form}`,
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${seconds.toFixed(1)} s`,
    `+${(peak - before).toFixed(0)} MB RSS`,
  );
}
