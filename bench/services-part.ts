/** Part `services`: pages of features against MapServer and QGIS Server on the same rows. */
import { Agent } from 'node:http';
import type { City } from './city.js';
import type { CityDatabase } from './city-database.js';
import { startMapServer, whyNoMapServer } from './map-server.js';
import { type PageCase, type Peers, pageCases } from './page-cases.js';
import { makePeerTable } from './peer-table.js';
import { startQgisServer, whyNoQgisServer } from './qgis-server.js';
import { readAll } from './read-all.js';
import { heading, median, note, row } from './report.js';
import { startService } from './service-process.js';

export async function benchServices(city: City, database: CityDatabase, runs: number): Promise<void> {
  heading('services: pages of features, p50 in ms, sorted on all sides; ratio: ours to the faster peer');
  const service = await startService({ DATABASE_URL: database.url });
  const peers: Peers = { mapServer: undefined, qgis: undefined };
  try {
    const table = await makePeerTable(database.url, city.box);
    for (const missing of [whyNoMapServer(), whyNoQgisServer()]) if (missing) note(missing);
    if (!whyNoMapServer()) peers.mapServer = await startMapServer(table);
    if (!whyNoQgisServer()) peers.qgis = await startQgisServer(table);
    const cases = pageCases(service.url, peers, city.box);
    for (const one of cases) await sameFeatures(one);
    for (const connections of [1, 4]) {
      const title = connections === 1 ? '1 connection' : `${connections} connections`;
      row(title, 'ours', 'MapServer', 'QGIS Server', 'ratio', '', 'our MB');
      for (const one of cases) await compare(one, connections, runs);
    }
  } finally {
    peers.mapServer?.stop();
    peers.qgis?.stop();
    await service.stop();
  }
}

/** Nobody is faster by answering less: every server gives as many features. */
async function sameFeatures({ name, features, ours, mapServer, qgis }: PageCase): Promise<void> {
  for (const url of [ours, mapServer, qgis]) {
    if (url === undefined || features === 0) continue;
    const text = await (await fetch(url)).text();
    const found = text.match(/"type": ?"Feature"[,}]|<(?:wfs|gml):(?:featureM|m)ember>/g)?.length ?? 0;
    if (found !== features) throw new Error(`${name}: ${found} features instead of ${features} from ${url}`);
  }
}

async function compare(
  { name, ours, mapServer, qgis }: PageCase,
  connections: number,
  runs: number,
): Promise<void> {
  const first = await measure(ours, connections, runs);
  const others: number[] = [];
  for (const url of [mapServer, qgis])
    others.push(url === undefined ? Number.NaN : (await measure(url, connections, runs)).ms);
  const ratio = first.ms / Math.min(...others.filter((ms) => !Number.isNaN(ms)));
  const show = (ms: number): string => (Number.isNaN(ms) ? '—' : ms.toFixed(1));
  row(
    name,
    show(first.ms),
    ...others.map(show),
    ratio === 0 ? '—' : ratio.toFixed(2),
    ratio === 0 ? '' : ratio <= 1 ? 'reached' : 'MISSED',
    (first.bytes / 1e6).toFixed(2),
  );
}

/** A case is repeated for at least a second, as a median of five of a millisecond is chance, and no longer than this. */
const LEAST_MS = 1_000;
const MOST_MS = 6_000;

async function measure(
  url: string,
  connections: number,
  runs: number,
): Promise<{ ms: number; bytes: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    await readAll(url, agent);
    const times: number[] = [];
    const begun = performance.now();
    let bytes = 0;
    const worker = async (): Promise<void> => {
      for (let i = 0; i < runs || performance.now() - begun < LEAST_MS; i++) {
        if (i >= 2 && performance.now() - begun > MOST_MS) break;
        const start = performance.now();
        bytes = await readAll(url, agent);
        times.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: connections }, worker));
    return { ms: median(times), bytes };
  } finally {
    agent.destroy();
  }
}
