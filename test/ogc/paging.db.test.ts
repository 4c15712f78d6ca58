/** Pages and the links between them, in the body and in the header (RFC 8288). */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { grid, rectangle, stream } from '../layers/made-layers.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

const COLUMNS = 12;
const squares = grid(COLUMNS, 10, 100, (i) => ({
  BSM: `B${i}`,
  DLBM: i % 3 === 0 ? '0307' : '0102',
  TBMJ: i % 7,
}));
const items = '/ogc/collections/dltb/items';

let service: StandardsApp;
let box: number[];

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  const coordinates = rectangle(0, 0, 1200, 1000);
  const coverage = { kind: 'polygon', geojson: { type: 'MultiPolygon', coordinates }, crs: 4526 } as const;
  const file = { sourceFileName: 'made.geojson', crs: 4526, coverage, dataDate: '2024-12-31' };
  await importLayer({ db, geos: service.geos }, { layerId: 'dltb', source: stream(squares), ...file });
  box = (await service.get('/ogc/collections/dltb')).json.extent.spatial.bbox[0];
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

interface Link {
  rel: string;
  href: string;
  type: string;
}

const hrefOf = ({ json }: Answer, rel: string): string | undefined =>
  json.links.find((link: Link) => link.rel === rel)?.href.replace('http://localhost:80', '');

const idsOf = ({ json }: Answer): string[] => json.features.map(({ id }: { id: string }) => id);

async function read(url: string): Promise<Answer> {
  const answer = await service.get(url);
  expect(answer.status, answer.text).toBe(200);
  return answer;
}

/** From a page to the end of the links of one kind. */
async function walk(from: string, rel: string): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (let url: string | undefined = from; url !== undefined; url = hrefOf(pages.at(-1)!, rel)) {
    pages.push(await read(url));
    if (pages.length > 200) throw new Error(`no end of ${rel} from ${from}`);
  }
  return pages;
}

const linksIn = (header: string | undefined): Link[] =>
  [...(header ?? '').matchAll(/<([^>]*)>; rel="([^"]*)"; type="([^"]*)"/g)].map(([, href, rel, type]) => ({
    ...{ href: href!, rel: rel!, type: type! },
  }));

describe('pages', () => {
  const limit = fc.integer({ min: 1, max: 130 });
  const filter = fc.constantFrom(undefined, "DLBM = '0307'", 'TBMJ > 3', "BSM = 'none'");
  const sortby = fc.constantFrom(undefined, '-TBMJ', 'DLBM,-BSM');
  const share = fc.constantFrom(undefined, 0.5, 0.31);

  it('lead back over the same features as they lead on, to a first page that has none before it', async () => {
    await fc.assert(
      fc.asyncProperty(limit, filter, sortby, share, async (size, condition, order, part) => {
        const query = new URLSearchParams({ limit: String(size) });
        if (condition !== undefined) query.set('filter', condition);
        if (order !== undefined) query.set('sortby', order);
        if (part !== undefined) {
          const [west, south, east, north] = box as [number, number, number, number];
          query.set('bbox', [west, south, west + (east - west) * part, north].join(','));
        }
        const on = await walk(`${items}?${query}`, 'next');
        const back = (await walk(hrefOf(on.at(-1)!, 'self')!, 'prev')).reverse();
        expect(back.map(idsOf)).toEqual(on.map(idsOf));
        expect(hrefOf(on[0]!, 'prev')).toBeUndefined();
        for (const { json } of [...on, ...back])
          expect([json.numberMatched, json.numberReturned]).toEqual([
            on.flatMap(idsOf).length,
            json.features.length,
          ]);
        // and on again from the page that the way back led to
        const again = await walk(hrefOf(back[0]!, 'self')!, 'next');
        expect(again.flatMap(idsOf)).toEqual(on.flatMap(idsOf));
      }),
      { numRuns: 25 },
    );
  });

  it('that end with a feature hold those before it in their order, fewer at the beginning', async () => {
    const all = idsOf(await read(`${items}?limit=1000`));
    const page = await read(`${items}?limit=5&until=${all[6]}`);
    expect(idsOf(page)).toEqual(all.slice(2, 7));
    const first = await read(hrefOf(page, 'prev')!);
    expect(idsOf(first)).toEqual(all.slice(0, 2));
    expect([hrefOf(first, 'prev'), first.json.numberMatched]).toEqual([undefined, all.length]);
    expect(idsOf(await read(hrefOf(first, 'next')!))).toEqual(all.slice(2, 7));
    const last = await read(`${items}?limit=5&until=${all.at(-1)}`);
    expect([idsOf(last), hrefOf(last, 'next')]).toEqual([all.slice(-5), undefined]);
  });

  it('for people lead back too', async () => {
    const second = await service.get(`${items}?f=html&limit=50&after=dltb.50`);
    const back = /href="http:\/\/localhost:80([^"]*until[^"]*)"/
      .exec(second.text)![1]!
      .replaceAll('&amp;', '&');
    const first = await service.get(back);
    expect(first.text).toContain('dltb.50<');
    expect(first.text).not.toContain('dltb.51<');
  });

  it.each(['until=nobody', 'until=dltb.7&after=dltb.3', 'until=dltb.7&sortby=TBMJ', 'until=dltb.7&offset=2'])(
    'are refused with %s',
    async (query) => {
      expect((await service.get(`${items}?${query}`)).status).toBe(400);
    },
  );
});

/** What a page of features may be filtered and sorted by is told in its header alone. */
const isSchema = (rel: string): boolean => /\/(queryables|sortables)$/.test(rel);

describe('the header', () => {
  it.each([
    '/ogc',
    '/ogc/conformance',
    '/ogc/collections',
    '/ogc/collections/dltb',
    `${items}?limit=7`,
    `${items}?limit=7&after=dltb.7`,
    `${items}?limit=7&until=dltb.20`,
    `${items}?limit=7&sortby=-TBMJ&offset=14&filter=${encodeURIComponent("DLMC <> '水田' OR DLMC IS NULL")}`,
    `${items}/dltb.3`,
  ])('of %s has the links of the body', async (url) => {
    const { headers, json } = await read(url);
    const links = json.links.map(({ href, rel, type }: Link) => ({ href, rel, type }));
    const ofFeatures = linksIn(headers.link).filter(
      ({ rel }) => !isSchema(rel) || !url.startsWith(`${items}?`),
    );
    expect(ofFeatures).toEqual(links);
    expect(headers.link).toMatch(/^[\x20-\x7e]*$/);
  });

  it('tells how many features there are and how many came', async () => {
    for (const query of [
      'limit=7',
      'limit=7&after=dltb.118',
      'limit=50&offset=100&sortby=BSM',
      "filter=BSM='x'",
    ]) {
      const { headers, json } = await read(`${items}?${query}`);
      expect([headers['ogc-numbermatched'], headers['ogc-numberreturned']]).toEqual([
        String(json.numberMatched),
        String(json.numberReturned),
      ]);
    }
  });

  it('may be read by pages of other sites, and leaves links out that no reader would take', async () => {
    const { headers } = await service.get(items, { origin: 'http://localhost:5173' });
    expect(headers['access-control-expose-headers']).toMatch(/link.*ogc-numbermatched.*ogc-numberreturned/);
    const long = await read(`${items}?limit=1&filter=${encodeURIComponent(`BSM <> '${'x'.repeat(3000)}'`)}`);
    expect(linksIn(long.headers.link).every(({ rel }) => isSchema(rel))).toBe(true);
  });
});
