/**
 * The bench: what the product does against what PostGIS and turf do, in one run, as ratios. It prints; it asserts no
 * time. `npm run bench -- --help` tells the parts and flags.
 */
import { cpus } from 'node:os';
import { benchAdjacency } from './adjacency-part.js';
import { CityShelf } from './city.js';
import { dropCityDatabase, openCityDatabase, whyNoServer } from './city-database.js';
import { benchEmbedded } from './embedded-part.js';
import { benchFiles } from './files-part.js';
import { benchGrowth } from './growth-part.js';
import { benchKernel, benchTurf } from './kernel-part.js';
import { benchMillion } from './million-part.js';
import { type BenchOptions, type PartName, readOptions, usage } from './options.js';
import { findPairs } from './overlay-pairs.js';
import { runWithPrivateServer } from './private-server.js';
import { heading, note, row, seconds } from './report.js';
import { benchServer } from './server-part.js';
import { benchServices } from './services-part.js';
import { benchSupply, benchSupplyEmbedded } from './supply-part.js';
import { benchTxt } from './txt-part.js';

/** The city of the kernel and turf parts: what a pair looks like does not depend on the size. */
const PAIRS_CITY = 20_000;

/** Parts that run without a PostgreSQL server. */
const serverless: readonly PartName[] = ['turf', 'embedded', 'supply', 'txt'];

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const options = readOptions(args, process.env);
  const needsServer = options.parts.some((part) => !serverless.includes(part));
  if (needsServer && !options.serverUrl) {
    const code = await runWithPrivateServer(args);
    if (code !== undefined) return code;
  }
  await runParts(options);
  return 0;
}

async function runParts(options: BenchOptions): Promise<void> {
  const start = performance.now();
  const missing = await whyNoServer(options.serverUrl);
  const serverUrl = missing === undefined ? options.serverUrl : undefined;
  row('machine', `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}`);
  if (missing !== undefined) row('no server', missing);
  const shelf = new CityShelf(options.seed, options.keepFolder);
  const made: number[] = [];
  try {
    for (const part of options.parts) await runPart(part, options, shelf, serverUrl, made);
  } finally {
    await shelf.clear();
    if (serverUrl && !options.keepFolder) {
      for (const patches of made) await dropCityDatabase(serverUrl, patches, options.seed);
    }
  }
  note(`the whole run took ${seconds(performance.now() - start)}`);
}

async function runPart(
  part: PartName,
  options: BenchOptions,
  shelf: CityShelf,
  serverUrl: string | undefined,
  made: number[],
): Promise<void> {
  const { parcels, runs, seed, patches, smallPatches, largePatches } = options;
  const open = async (count: number) => {
    const city = await shelf.get(count);
    const database = await openCityDatabase(serverUrl!, city, count, seed);
    if (!database.reused) made.push(count);
    return { city, database };
  };
  if (part === 'kernel')
    await benchKernel(await findPairs(await shelf.get(PAIRS_CITY), parcels), serverUrl, runs);
  else if (part === 'turf') benchTurf(await findPairs(await shelf.get(PAIRS_CITY), parcels));
  else if (part === 'txt') await benchTxt(runs);
  else if (part === 'embedded') await benchEmbedded(await shelf.get(smallPatches), parcels, runs);
  else if (part === 'supply') {
    await benchAdjacency();
    if (!serverUrl) return benchSupplyEmbedded(await shelf.get(smallPatches));
    const cities = [];
    for (const count of [smallPatches, patches]) {
      const { city, database } = await open(count);
      cities.push({ city, env: { DATABASE_URL: database.url } });
    }
    await benchSupply(cities);
  } else if (!serverUrl) {
    heading(part);
    note('skipped: no PostgreSQL + PostGIS server');
  } else if (part === 'files') {
    await benchFiles(await shelf.get(patches), serverUrl);
  } else if (part === 'server') {
    const { city, database } = await open(patches);
    await benchServer(city, database, parcels, runs);
  } else if (part === 'services') {
    const { city, database } = await open(patches);
    await benchServices(city, database, runs);
  } else if (part === 'million') {
    const { city, database } = await open(patches);
    await benchMillion(serverUrl, city, database);
  } else {
    const cities = [];
    for (const count of [smallPatches, patches, ...(largePatches ? [largePatches] : [])]) {
      const { city, database } = await open(count);
      cities.push({ city, url: database.url });
    }
    await benchGrowth(cities, parcels, runs);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
