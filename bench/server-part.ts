/** The service on a PostgreSQL server, HTTP in to stored answer out, against plain PostGIS SQL in the same run. */
import { type Submissions, submissions } from './check-bodies.js';
import type { City } from './city.js';
import type { CityDatabase } from './city-database.js';
import { CheckClient } from './http-client.js';
import { type PlainAnswer, PlainSql } from './plain-sql.js';
import { heading, median, ms, note, row, target, times } from './report.js';
import { measureSingles, perSecond, reportImports, reportMemory } from './service-figures.js';
import { type RunningService, startService } from './service-process.js';

const COLD_STARTS = 3;

export async function benchServer(
  city: City,
  database: CityDatabase,
  count: number,
  runs: number,
): Promise<void> {
  heading(`server: ${count} parcels (5–20 亩) against ${city.summary.patches} patches`);
  reportImports(database.imports, database.reused);
  const given = submissions(count, city.box);
  const layers = await layersOfACheck(database.url, given);
  const plain = await PlainSql.open(database.url, given.plain, layers);
  try {
    await plain.inPlane(); // PostgreSQL is warm in every measure
    const cold = await measureCold(database.url, given, plain);
    const service = await startService({ DATABASE_URL: database.url });
    try {
      await measureWarm(service, given, plain, cold, runs);
      await measureConcurrency(service, given);
      await reportMemory(service, true);
    } finally {
      await service.stop();
    }
    await reportOtherForms(plain, runs);
  } finally {
    await plain.close();
  }
}

/** What a check measures is the rule pack's affair: the layers are read from an answer. */
async function layersOfACheck(url: string, { single }: Submissions): Promise<string[]> {
  const service = await startService({ DATABASE_URL: url });
  try {
    const answer = JSON.parse(await checkOnce(service, single[0]!)) as {
      layers: { id: string; status: string }[];
    };
    return answer.layers.filter((layer) => layer.status !== 'missing').map((layer) => layer.id);
  } finally {
    await service.stop();
  }
}

async function checkOnce(service: RunningService, body: Buffer): Promise<string> {
  const client = new CheckClient(service.url, 1);
  try {
    return (await client.check(body)).body.toString('utf8');
  } finally {
    client.close();
  }
}

interface Cold {
  checkMs: number;
  plainMs: number;
}

async function measureCold(url: string, { together }: Submissions, plain: PlainSql): Promise<Cold> {
  const starts: number[] = [];
  const checks: number[] = [];
  const plains: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    plains.push((await plain.inPlane()).ms);
    const service = await startService({ DATABASE_URL: url });
    const client = new CheckClient(service.url, 1);
    starts.push(service.startMs);
    checks.push((await client.check(together)).ms);
    client.close();
    await service.stop();
  }
  row('service start to ready (median of 3)', ms(median(starts)));
  return { checkMs: median(checks), plainMs: median(plains) };
}

async function measureWarm(
  service: RunningService,
  { together, features }: Submissions,
  plain: PlainSql,
  cold: Cold,
  runs: number,
): Promise<void> {
  const client = new CheckClient(service.url, 1);
  await client.check(together);
  await client.check(together);
  const checks: number[] = [];
  const plains: number[] = [];
  let last!: PlainAnswer;
  let body!: Buffer;
  for (let i = 0; i < runs; i++) {
    last = await plain.inPlane();
    plains.push(last.ms);
    const answer = await client.check(together);
    checks.push(answer.ms);
    body = answer.body;
  }
  client.close();
  const [warmMs, plainMs] = [median(checks), median(plains)];
  row('plain PostGIS SQL, equal-area plane, areas alone', ms(plainMs), `${last.pairs} pairs`);
  row(
    'whole check, cold (fresh process, PostgreSQL warm)',
    ms(cold.checkMs),
    perSecond(features.length, cold.checkMs),
  );
  target('  ratio to plain SQL', cold.checkMs / cold.plainMs, 2.5, times);
  row(
    'whole check, warm',
    ms(warmMs),
    perSecond(features.length, warmMs),
    `${(body.length / 1e6).toFixed(1)} MB`,
  );
  target('  ratio to plain SQL', warmMs / plainMs, 1, times);
  compareAreas(body, last);
}

/** Printed areas are closed to the official area of each parcel, so they differ from raw ones by rounding. */
function compareAreas(body: Buffer, plain: PlainAnswer): void {
  const { totals } = JSON.parse(body.toString('utf8')) as {
    totals: { byLayer: { layer: string; areaM2: number }[] };
  };
  for (const { layer, areaM2 } of totals.byLayer) {
    const sql = plain.byLayer.get(layer);
    if (sql === undefined) continue;
    row(
      `  sum of areas, ${layer}`,
      `${areaM2.toFixed(2)} ㎡`,
      `SQL ${sql.toFixed(2)}`,
      `Δ ${(areaM2 - sql).toFixed(2)} ㎡`,
    );
  }
}

const CONCURRENCY = [{ atOnce: 1, p95TargetMs: 5 }, { atOnce: 4 }, { atOnce: 16 }] as const;

async function measureConcurrency(service: RunningService, { single }: Submissions): Promise<void> {
  for (const { atOnce, ...rest } of CONCURRENCY) {
    const client = new CheckClient(service.url, atOnce);
    await measureSingles(client, single, atOnce, 'p95TargetMs' in rest ? rest.p95TargetMs : undefined);
    client.close();
  }
}

async function reportOtherForms(plain: PlainSql, runs: number): Promise<void> {
  const few = Math.min(3, runs);
  const degrees: number[] = [];
  for (let i = 0; i < few; i++) degrees.push((await plain.inDegrees()).ms);
  row('plain SQL, whole features in degrees, ::geography', ms(median(degrees)));
  await plain.useWorkers(2);
  const parallel: number[] = [];
  for (let i = 0; i < few; i++) parallel.push((await plain.inPlane()).ms);
  row('plain SQL, equal-area plane, forced onto 2 workers more', ms(median(parallel)));
  note('(the ratios above are against the plain statement as the planner runs it)');
}
