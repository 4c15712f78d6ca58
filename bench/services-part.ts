/** Part `services`: pages of features as GeoJSON and GML against MapServer on the same rows, and memory while a city streams. */
import { Agent, request } from 'node:http';
import pg from 'pg';
import type { City } from './city.js';
import type { CityDatabase } from './city-database.js';
import { startMapServer, whyNoMapServer } from './map-server.js';
import { heading, median, note, row } from './report.js';
import { startService } from './service-process.js';

interface Case {
  name: string;
  ours: string;
  theirs: string;
}

export async function benchServices(city: City, database: CityDatabase, runs: number): Promise<void> {
  heading(
    'services: pages of features, p50 in ms (ours, MapServer, ratio ours / MapServer), sorted on both sides',
  );
  const service = await startService({ DATABASE_URL: database.url });
  const missing = whyNoMapServer();
  try {
    if (missing !== undefined) note(`skipped against MapServer: ${missing}`);
    await makePeerTable(database.url);
    const peer = missing === undefined ? await startMapServer(words(database.url), city.box) : undefined;
    try {
      for (const connections of [1, 4]) {
        row(
          `${connections} connection${connections > 1 ? 's' : ''}`,
          'ours',
          'MapServer',
          'ratio',
          'MB',
          'MB',
        );
        for (const one of cases(service.url, peer?.url, city)) await compare(one, connections, runs);
      }
    } finally {
      peer?.stop();
    }
    await streamAll(service.url, service.residentMb);
  } finally {
    await service.stop();
  }
}

/** The rows of the layer as any database administrator would lay them out: typed columns, key, spatial index. */
async function makePeerTable(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const text = [
      'BSM',
      'TBBH',
      'DLBM',
      'DLMC',
      'QSXZ',
      'QSDWDM',
      'QSDWMC',
      'ZLDWDM',
      'ZLDWMC',
      'GDLX',
      'GDPDJB',
      'ZZSXDM',
      'CZCSXM',
      'SJNF',
    ];
    const number = ['TBMJ', 'KCXS', 'KCMJ', 'TBDLMJ'];
    const columns = [
      ...text.map((name) => `attributes ->> '${name}' as ${name.toLowerCase()}`),
      ...number.map((name) => `(attributes ->> '${name}')::float8 as ${name.toLowerCase()}`),
    ];
    await client.query('drop table if exists bench_dltb');
    await client.query(`create table bench_dltb as select feature_no as fid, ${columns.join(', ')}, geom from layer_feature
      where version_id = (select version_id from layer_version where layer_id = 'dltb' and status = 'active') order by feature_no`);
    await client.query('alter table bench_dltb add primary key (fid)');
    await client.query('create index on bench_dltb using gist (geom)');
    await client.query('analyze bench_dltb');
  } finally {
    await client.end();
  }
}

/** The same eighteen columns on both sides. */
const FIELDS =
  'BSM,TBBH,DLBM,DLMC,QSXZ,QSDWDM,QSDWMC,ZLDWDM,ZLDWMC,GDLX,GDPDJB,ZZSXDM,CZCSXM,SJNF,TBMJ,KCXS,KCMJ,TBDLMJ';

function cases(ours: string, theirs: string | undefined, city: City): Case[] {
  const [west, south, east, north] = city.box;
  const middle = [(west + east) / 2, (south + north) / 2] as const;
  // about a hundred patches of a hectare
  const box = `${middle[1]},${middle[0]},${middle[1] + 0.009},${middle[0] + 0.011},urn:ogc:def:crs:EPSG::4490`;
  const wfs = (more: string) =>
    `/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&propertyname=geom,${FIELDS}&${more}`;
  const ms = (more: string) =>
    theirs === undefined
      ? ''
      : `${theirs}&service=WFS&version=2.0.0&request=GetFeature&typenames=dltb&sortby=fid&${more}`;
  const json = 'outputformat=geojson';
  return [
    { name: 'GML 1,000', ours: ours + wfs('count=1000'), theirs: ms('count=1000') },
    { name: 'GML 10,000', ours: ours + wfs('count=10000'), theirs: ms('count=10000') },
    { name: 'GeoJSON 1,000', ours: ours + wfs(`count=1000&${json}`), theirs: ms(`count=1000&${json}`) },
    { name: 'GeoJSON 10,000', ours: ours + wfs(`count=10000&${json}`), theirs: ms(`count=10000&${json}`) },
    {
      name: 'GML bbox of 100',
      ours: ours + wfs(`bbox=${box}&count=100`),
      theirs: ms(`bbox=${box}&count=100`),
    },
    {
      name: 'one item',
      ours: ours + wfs('resourceid=dltb.777'),
      theirs: ms('resourceid=dltb.777').replace('&sortby=fid', ''),
    },
    { name: 'hits', ours: ours + wfs('resulttype=hits'), theirs: ms('resulttype=hits') },
  ];
}

async function compare({ name, ours, theirs }: Case, connections: number, runs: number): Promise<void> {
  const first = await measure(ours, connections, runs);
  if (theirs === '') {
    row(name, first.ms.toFixed(1), '—', '—', (first.bytes / 1e6).toFixed(2));
    return;
  }
  const second = await measure(theirs, connections, runs);
  const ratio = first.ms / second.ms;
  row(
    name,
    first.ms.toFixed(1),
    second.ms.toFixed(1),
    ratio.toFixed(2),
    (first.bytes / 1e6).toFixed(2),
    (second.bytes / 1e6).toFixed(2),
  );
}

async function measure(
  url: string,
  connections: number,
  runs: number,
): Promise<{ ms: number; bytes: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    await read(url, agent);
    const times: number[] = [];
    let bytes = 0;
    const worker = async (): Promise<void> => {
      for (let i = 0; i < runs; i++) {
        const start = performance.now();
        bytes = await read(url, agent);
        times.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: connections }, worker));
    return { ms: median(times), bytes };
  } finally {
    agent.destroy();
  }
}

function read(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent }, (answer) => {
      let bytes = 0;
      let head = '';
      answer.on('data', (part: Buffer) => {
        if (head.length < 400) head += part.toString('utf8');
        bytes += part.length;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200 && !/ExceptionReport/.test(head)) resolve(bytes);
        else reject(new Error(`${url}: ${answer.statusCode} ${head.slice(0, 300)}`));
      });
    });
    call.once('error', reject);
    call.end();
  });
}

/** The whole layer in one answer: resident memory must not grow with it. */
async function streamAll(url: string, residentMb: () => number): Promise<void> {
  const before = residentMb();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb());
  }, 50);
  const agent = new Agent();
  const start = performance.now();
  const address = `${url}/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&count=1000000&outputformat=geojson`;
  const bytes = await read(address, agent);
  clearInterval(timer);
  agent.destroy();
  const seconds = (performance.now() - start) / 1000;
  row(
    'whole layer streamed',
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${seconds.toFixed(1)} s`,
    `+${(peak - before).toFixed(0)} MB RSS`,
  );
}

/** A postgres:// URL as libpq words, sockets included. */
function words(url: string): string {
  const parsed = new URL(url);
  const host = parsed.searchParams.get('host') ?? parsed.hostname;
  const port = parsed.port === '' ? '' : ` port=${parsed.port}`;
  return `host=${host}${port} dbname=${parsed.pathname.slice(1)} user=${parsed.username || 'postgres'}`;
}
