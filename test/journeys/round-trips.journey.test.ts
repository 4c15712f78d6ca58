/** What goes in comes out: coordinates, areas, attributes and point numbers through the built program, both doors. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { writeVectors } from '../../src/formats/gdal-bridge.js';
import { readTxt } from '../../src/formats/read-txt.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';
import { officialAreaCents } from '../../src/geometry/official-area.js';
import { town } from '../checks/made-checks.js';
import { ringOf } from '../overlay/made-ground.js';
import { call, command, importTown, newGround, type RunningService, serve } from './running-service.js';

let ground: Awaited<ReturnType<typeof newGround>>;
let service: RunningService;

beforeAll(async () => {
  ground = await newGround();
  service = await serve(ground.env);
  await importTown(service.url, town);
});
afterAll(() => {
  service.child.kill('SIGKILL');
  ground.remove();
});

/** A plot with a courtyard, one of two parts, one counted against the clock; slanted, with odd millimetres. */
const plots: readonly { id: string; name: string; rings: Position[][] }[] = [
  {
    id: 'TX-01',
    name: '带院落',
    rings: [star(120.001, 150.333, 60.117, 9, -1), star(121.5, 149.25, 20.009, 7, -1)],
  },
  {
    id: 'TX-02',
    name: '两部分',
    rings: [star(300.7, 200.4, 41.003, 5, -1), star(420.25, 210.75, 30.501, 6, -1)],
  },
  { id: 'TX-03', name: '逆时针', rings: [star(650.123, 400.457, 77.777, 11, 1)] },
];

function star(x: number, y: number, radius: number, corners: number, turn: 1 | -1): Position[] {
  const [east, north] = ringOf([0, 0, 1, 1])[0]!;
  return Array.from({ length: corners }, (_, i) => {
    const angle = (turn * 2 * Math.PI * i) / corners;
    const r = radius * (i % 2 === 0 ? 1 : 0.83);
    const at = (value: number): number => Math.round(value * 1000) / 1000;
    return [at(east + x + r * Math.cos(angle)), at(north + y + r * Math.sin(angle))] as const;
  });
}

/** As a survey office writes it: GBK, CRLF, numbers that go on from ring to ring. */
function surveyed(): Uint8Array {
  const head = [
    '[属性描述]',
    '坐标系=2000国家大地坐标系',
    '几度分带=3',
    '投影类型=高斯克吕格',
    '带号=38',
    '[地块坐标]',
  ];
  let next = 1;
  const body = plots.flatMap(({ id, name, rings }) => {
    const lines = rings.flatMap((ring, r) => {
      const first = next;
      next += ring.length;
      return [...ring, ring[0]!].map(
        ([east, north], i) => `J${first + (i % ring.length)},${r + 1},${north.toFixed(3)},${east.toFixed(3)}`,
      );
    });
    const area = '0.0001';
    return [`${rings.flat().length},${area},${id},${name},面,I-49-1,1001,0601,@`, ...lines];
  });
  return encodeGbk(`${[...head, ...body].join('\r\n')}\r\n`).bytes;
}

const points = (bytes: Uint8Array): string[] =>
  new TextDecoder('gbk')
    .decode(bytes)
    .split('\r\n')
    .filter((line) => /^J\d/.test(line));
const places = (bytes: Uint8Array): string[] =>
  [...new Set(points(bytes).map((line) => line.split(',').slice(2).join(' ')))].sort();
const numbered = (bytes: Uint8Array): string[] =>
  [
    ...new Set(
      points(bytes).map((line) =>
        line
          .split(',')
          .filter((_, i) => i !== 1)
          .join(' '),
      ),
    ),
  ].sort();
const areasOf = (rings: readonly MultiPolygonRings[]): number[] =>
  rings.map((one) => officialAreaCents(one, crsTable.get(4526)!) / 100);
const areasInTxt = (bytes: Uint8Array): number[] => areasOf(readTxt(bytes).parcels.map(({ rings }) => rings));

const check = async (bytes: Uint8Array, type: string, more = '') => {
  const { status, body } = await call(`${service.url}/v1/checks?stage=pre-review${more}`, {
    ...{ method: 'POST', body: new Uint8Array(bytes), headers: { 'content-type': type } },
  });
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
};
const report = async (id: string, query: string): Promise<Uint8Array> => {
  const answer = await fetch(`${service.url}/v1/checks/${id}/report?${query}`);
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
};

describe('国土 TXT → service → 国土 TXT', () => {
  it('keeps every coordinate to 0.001 m and every area to 0.01 m², by its name and its number', async () => {
    const sent = surveyed();
    const answer = await check(sent, 'text/plain');
    const written = await report(answer.id, 'f=txt');
    expect(places(written)).toEqual(places(sent));
    const areas = answer.parcels.map((one: { area: { ellipsoidM2: number } }) => one.area.ellipsoidM2);
    expect(areasInTxt(sent)).toEqual(areas);
    expect(areasInTxt(written)).toEqual(areas);
    const named = readTxt(written).parcels.map(({ id, name, landUse, attributes }) => [
      ...[id, name, landUse, attributes.TFH, attributes.DLBM],
    ]);
    expect(named).toEqual(plots.map(({ id, name }) => [id, name, '1001', 'I-49-1', '0601']));
    // what was written is a file of the same answer again
    const again = await check(written, 'text/plain');
    expect(again.parcels.map((one: { area: object }) => one.area)).toEqual(
      answer.parcels.map((one: { area: object }) => one.area),
    );
    const kept = await report(answer.id, 'f=txt&numbering=keep');
    expect(numbered(kept)).toEqual(numbered(sent));
    const geoJson = JSON.parse(Buffer.from(await report(answer.id, 'f=geojson&crs=EPSG:4526')).toString());
    const third = geoJson.features[2];
    const ofFile = new Map(
      points(sent)
        .map((line) => line.split(','))
        .map(([n, , x, y]) => [`${y} ${x}`, n]),
    );
    for (const [i, [east, north]] of third.geometry.coordinates[0].entries())
      expect(third.properties.界址点号[0][i]).toBe(ofFile.get(`${east.toFixed(3)} ${north.toFixed(3)}`));
  });
});

describe('shapefile (GBK) → GeoPackage → GeoJSON', () => {
  const fields = [
    { name: 'DKBH', type: 'String', width: 20 },
    { name: 'DKMC', type: 'String', width: 60 },
    { name: 'DLBM', type: 'String', width: 5 },
    { name: 'MJ', type: 'Real', width: 18, precision: 2 },
    { name: 'XH', type: 'Integer' },
  ] as const;
  const rows = [
    { DKBH: '00120', DKMC: '焦作—甲（东）', DLBM: '0101', MJ: 1234.5, XH: 7 },
    { DKBH: '00121', DKMC: '亍丌亓亘', DLBM: '1104A', MJ: 0.01, XH: -1 },
  ];
  const shapes: MultiPolygonRings[] = [
    [[closed(star(120.001, 150.333, 60.117, 9, -1)), closed(star(121.5, 149.25, 20.009, 7, 1))]],
    [[closed(star(300.7, 200.4, 41.003, 5, -1))], [closed(star(420.25, 210.75, 30.501, 6, -1))]],
  ];
  let sent: Buffer;

  function closed(ring: Position[]): Position[] {
    return [...ring, ring[0]!];
  }

  beforeAll(async () => {
    const features = rows.map((properties, i) => ({ polygons: shapes[i]!, properties }));
    const layer = { name: '地块', geometryType: 'MULTIPOLYGON', crs: 'EPSG:4526', fields, features };
    const options = ['ENCODING=CP936'];
    const { files } = await writeVectors('ESRI Shapefile', '地块.shp', [{ ...layer, options }] as never);
    const archive = new ZipFile();
    for (const { name, bytes } of files) archive.addBuffer(Buffer.from(bytes), name);
    archive.end();
    const chunks: Buffer[] = [];
    for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
    sent = Buffer.concat(chunks);
  });

  interface Feature {
    properties: Record<string, unknown>;
    geometry: { type: string; coordinates: MultiPolygonRings | MultiPolygonRings[number] };
  }
  const ringsOf = ({ geometry: { type, coordinates } }: Feature): MultiPolygonRings =>
    type === 'Polygon' ? [coordinates as MultiPolygonRings[number]] : (coordinates as MultiPolygonRings);
  const corners = (rings: MultiPolygonRings): string[] => [...new Set(rings.flat(2).map(String))].sort();

  function expectKept(features: readonly Feature[]): void {
    expect(features).toHaveLength(rows.length);
    for (const [i, feature] of features.entries()) {
      expect(feature.properties).toMatchObject(rows[i]!);
      expect(corners(ringsOf(feature))).toEqual(corners(shapes[i]!));
    }
    expect(areasOf(features.map(ringsOf))).toEqual(areasOf(shapes));
  }

  it('over the network keeps attributes and geometry', async () => {
    const first = await check(sent, 'application/zip');
    const gpkg = await report(first.id, 'f=gpkg&what=parcels');
    const second = await check(gpkg, 'application/geopackage+sqlite3', '&layer=parcels');
    const geoJson = Buffer.from(await report(second.id, 'f=geojson&crs=EPSG:4526')).toString();
    expectKept(JSON.parse(geoJson).features);
  });

  it('at the terminal too', async () => {
    const path = (name: string): string => join(ground.folder, name);
    writeFileSync(path('in.zip'), sent);
    for (const [from, to] of [
      ['in.zip', 'mid.gpkg'],
      ['mid.gpkg', 'out.geojson'],
    ] as const) {
      const { code, err } = await command(['convert', path(from), path(to)], ground.env);
      expect([code, err.includes('bad-')]).toEqual([0, false]);
    }
    expectKept(JSON.parse(readFileSync(path('out.geojson'), 'utf8')).features);
  });
});

describe('a suggestion', () => {
  it('goes out as 国土 TXT that can be checked as it is, and runs into nothing any more', async () => {
    // half of the plot is permanent basic farmland from 700 on
    const [east, north] = ringOf([0, 0, 1, 1])[0]!;
    const corner = (x: number, y: number): Position => [east + x, north + y];
    const ring = [corner(650, 100), corner(750, 100), corner(750, 200), corner(650, 200), corner(650, 100)];
    const parcels = {
      ...{ type: 'FeatureCollection', crs: { type: 'name', properties: { name: 'EPSG:4526' } } },
      features: [
        {
          type: 'Feature',
          id: 'P',
          properties: { DKMC: '甲' },
          geometry: { type: 'Polygon', coordinates: [ring] },
        },
      ],
    };
    const answer = await fetch(`${service.url}/v1/measures/trim?f=txt`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ parcels }),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=gbk']);
    expect(new TextDecoder('gbk').decode(bytes)).toContain('建议方案');
    const checked = await check(bytes, 'text/plain');
    expect(checked.parcels[0]).toMatchObject({ id: 'P', name: '甲' });
    expect(checked.verdict).not.toBe('prohibited');
    expect(checked.parcels[0].area.planeM2).toBeCloseTo(5000, 2);
  });
});
