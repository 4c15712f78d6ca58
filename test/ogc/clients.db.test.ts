import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { OgcApiEndpoint, WfsEndpoint } from '@camptocamp/ogc-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../src/jobs/jobs.js';
import { importLayer } from '../../src/layers/import-layer.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { grid, rectangle, stream } from '../layers/made-layers.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
let url = '';
let open = 0;

const limits = { publicUrl: undefined, trustProxy: false, stalledReaderMs: 2_000, streams: 2 };

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db, { standards: limits });
  const squares = grid(60, 40, 50, (i) => ({
    BSM: `B${i}`,
    DLBM: '0102',
    DLMC: '水浇地'.repeat(900),
    TBMJ: i,
  }));
  const coverage = {
    kind: 'polygon',
    geojson: { type: 'MultiPolygon', coordinates: rectangle(0, 0, 3000, 2000) },
    crs: 4526,
  } as const;
  const file = { sourceFileName: 'made.geojson', crs: 4526, coverage, dataDate: '2024-12-31' };
  await importLayer({ db, geos: service.geos }, { layerId: 'dltb', source: stream(squares), ...file });
  service.app.server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => {
      open--;
    });
  });
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

describe('an independent reader (ogc-client)', () => {
  it('finds the collections, their systems and their features by OGC API', async () => {
    const api = new OgcApiEndpoint(`${url}/ogc`);
    expect(await api.hasFeatures).toBe(true);
    expect(await api.featureCollections).toEqual(['dltb']);
    const info = await api.getCollectionInfo('dltb');
    expect(info.crs).toContain('http://www.opengis.net/def/crs/EPSG/0/4526');
    expect(info.storageCrs).toBe('http://www.opengis.net/def/crs/EPSG/0/4490');
    const items = await api.getCollectionItems('dltb', 5);
    expect(items.map(({ id }) => id)).toEqual(['dltb.1', 'dltb.2', 'dltb.3', 'dltb.4', 'dltb.5']);
  });

  it('finds the types, their properties and their number by WFS', async () => {
    const wfs = await new WfsEndpoint(`${url}/wfs`).isReady();
    expect(wfs.getVersion()).toBe('2.0.0');
    expect(wfs.getFeatureTypes().map(({ name }) => name)).toEqual(['om:dltb']);
    expect([wfs.supportsJson('om:dltb'), wfs.supportsStartIndex()]).toEqual([true, true]);
    const full = await wfs.getFeatureTypeFull('om:dltb');
    expect(full?.objectCount).toBe(2400);
    expect(full?.properties).toMatchObject({ DLBM: 'string', TBMJ: 'float' });
    const address = wfs.getFeatureUrl('om:dltb', { asJson: true, maxFeatures: 3, outputCrs: 'EPSG:4490' });
    const json = (await (await fetch(address)).json()) as {
      features: { geometry: { coordinates: number[][][][] } }[];
    };
    expect(json.features.length).toBe(3);
    expect(json.features[0]!.geometry.coordinates[0]![0]![0]![0]).toBeGreaterThan(100);
  });
});

/** Asks for megabytes and reads `bytes` of them. */
function slowReader(path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.once('connect', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    });
    socket.once('data', () => {
      socket.pause();
      resolve(socket);
    });
    socket.once('close', () => reject(new Error('closed before the first byte')));
  });
}

const settled = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('readers that stop reading', () => {
  const path = '/ogc/collections/dltb/items?limit=10000';

  it('are cut off, give their place back and hold up nobody', async () => {
    const before = open;
    const readers = [await slowReader(path), await slowReader(path)];
    // both places are taken: a third answer is refused at once, small answers are not
    const third = await fetch(`${url}${path}`);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '5']);
    await third.text();
    expect((await fetch(`${url}/ogc/collections`)).status).toBe(200);
    await settled(() => readers.length > 0 && open <= before + 1);
    const again = await fetch(`${url}${path}`);
    expect(again.status).toBe(200);
    expect(((await again.json()) as { numberReturned: number }).numberReturned).toBe(2400);
    for (const reader of readers) reader.destroy();
  });

  it('that hang up in the middle give their place back too', async () => {
    for (let i = 0; i < 5; i++) (await slowReader(path)).destroy();
    // a place is free as soon as the server has seen its socket close, long before the stall limit would free it
    let status = 503;
    while (status === 503) {
      const answer = await fetch(`${url}${path}`);
      ({ status } = answer);
      await answer.arrayBuffer();
    }
    expect(status).toBe(200);
  });
});

describe('behind a proxy with a path of its own', () => {
  it('every link of the standards leads through it, and answers', async () => {
    const prefix = '/gis/yzt';
    const asked: string[] = [];
    let behind = 0;
    const proxy = createServer(({ method, url: path = '', headers }, outgoing) => {
      if (!path.startsWith(`${prefix}/`)) asked.push(path);
      const inner = path.slice(prefix.length);
      request({ port: behind, host: '127.0.0.1', method, path: inner, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      }).end();
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`;
    const jobLimits = { running: 1, waiting: 1, timeLimitMs: 9_000, keptMs: 9_000, lostAfterMs: 9_000 };
    const jobs = new Jobs(service.db, jobLimits, () => {});
    const options = { standards: { ...limits, publicUrl: base, streams: 4 } };
    const inside = standardsApp(service.db, options, jobs);
    behind = Number(new URL(await inside.app.listen({ host: '127.0.0.1', port: 0 })).port);
    try {
      const found = await crawl(base);
      expect(found.outside).toEqual([]);
      expect(found.broken).toEqual([]);
      expect(asked).toEqual([]);
      for (const path of ['/ogc/api', '/ogc/collections/dltb/items', '/wfs', '/ogc/processes/trim'])
        expect(found.read, path).toContain(path);
      expect(found.read.some((path) => /tiles\/WebMercatorQuad\/\d+\/\d+\/\d+$/.test(path))).toBe(true);
    } finally {
      proxy.close();
      proxy.closeAllConnections();
      await jobs.close();
      await inside.app.close();
      await inside.geos.close();
    }
  });
});

/** Follows every address in the answers of the service, one of each kind; tiles at the root of their pyramid. */
async function crawl(base: string): Promise<{ read: string[]; outside: string[]; broken: string[] }> {
  const [read, outside, broken]: [string[], string[], string[]] = [[], [], []];
  const queue = [
    '/ogc',
    ...['2.0.0', '1.1.0'].map((v) => `/wfs?service=WFS&request=GetCapabilities&version=${v}`),
  ];
  const kinds = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const kind = path.replace(/[^/?]*\d[^/?]*|(?<==)[^&]*/g, '*');
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const answer = await fetch(base + path);
    const text = await answer.text();
    read.push(path.split('?')[0]!);
    // what is only there to be posted to
    const isDoor = /\/execution$|^\/wfs\??$/.test(path);
    if (answer.status >= 400 && !isDoor) broken.push(`${answer.status} ${path}`);
    for (const [address] of text.matchAll(/https?:\/\/127\.0\.0\.1:\d+[^\s"'<>\\]*/g)) {
      const plain = address
        .replaceAll('&amp;', '&')
        .replace(/\{(?:tileMatrix|tileRow|tileCol|z|y|x)\}/g, '0');
      if (!plain.startsWith(`${base}/`)) outside.push(`${plain} in ${path}`);
      else if (/^\/(?:ogc|wfs)(?:[/?]|$)/.test(plain.slice(base.length)) && !plain.includes('{'))
        queue.push(plain.slice(base.length));
    }
  }
  return { read, outside, broken };
}
