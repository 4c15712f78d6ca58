import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { AppError } from '../../src/core/errors.js';
import { writeVectors } from '../../src/formats/gdal-bridge.js';
import type { MemoryFile } from '../../src/formats/gdal-protocol.js';
import type { WriteLayer } from '../../src/formats/gdal-types.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import type { ParcelBatch } from '../../src/parcels/parcel-types.js';
import { type ParcelFile, readParcelFile } from '../../src/parcels/read-parcel-file.js';

const patient = { timeout: 60_000 };
const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

const X = 38430675;
const Y = 3898777;
const square = (dx: number, size = 100): [number, number][][][] => [
  [
    [
      [X + dx, Y],
      [X + dx, Y + size],
      [X + dx + size, Y + size],
      [X + dx + size, Y],
      [X + dx, Y],
    ],
  ],
];

const parcels = (name: string, crs = 'EPSG:4526'): WriteLayer => ({
  name,
  geometryType: 'MULTIPOLYGON',
  crs,
  fields: [
    { name: 'Id', type: 'Integer' },
    { name: 'DKBH', type: 'String', width: 20 },
    { name: 'DKMC', type: 'String', width: 60 },
    { name: 'YDYHDM', type: 'String', width: 6 },
  ],
  features: [
    { polygons: square(0), properties: { Id: 0, DKBH: '001', DKMC: '东区一号', YDYHDM: '0101' } },
    { polygons: square(200), properties: { Id: 0, DKBH: '002', DKMC: '东区二号', YDYHDM: '1001' } },
  ],
});

async function zip(files: readonly MemoryFile[], folder = '', leaveOut = /^$/): Promise<Uint8Array> {
  const archive = new ZipFile();
  for (const { name, bytes } of files)
    if (!leaveOut.test(name)) archive.addBuffer(Buffer.from(bytes), `${folder}${name}`);
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function shapefile(
  name: string,
  layer = parcels(name),
  options = ['ENCODING=CP936'],
): Promise<MemoryFile[]> {
  const { files } = await writeVectors('ESRI Shapefile', `${name}.shp`, [{ ...layer, options }]);
  return [...files];
}

/** A record of a table starts with a space, or with an asterisk where it is deleted. */
function markDeleted(dbf: Uint8Array, record: number): void {
  const view = new DataView(dbf.buffer, dbf.byteOffset);
  dbf[view.getUint16(8, true) + record * view.getUint16(10, true)] = 0x2a;
}

type Options = Partial<Omit<ParcelFile, 'body'>>;

const read = (body: Uint8Array, options: Options = {}): Promise<ParcelBatch> =>
  readParcelFile({ body, contentType: 'application/octet-stream', fileName: 'sent.zip', ...options }, geos);

async function refusal(body: Uint8Array, options: Options = {}): Promise<AppError> {
  try {
    await read(body, options);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const faultsOf = ({ facts }: AppError): string[] => (facts.errors ?? []).map((f) => `${f.pointer} ${f.code}`);
const understood = (batch: ParcelBatch): string | undefined =>
  batch.warnings.find(({ code }) => code === 'file-understood')?.detail.zh;

describe('a shapefile in GBK', patient, () => {
  it('gives its parcels with id, name and land use, and says how it was read', async () => {
    const batch = await read(await zip(await shapefile('地块'), '成果/'));
    expect(batch.parcels.map(({ id, name, landUse }) => [id, name, landUse])).toEqual([
      ['001', '东区一号', '0101'],
      ['002', '东区二号', '1001'],
    ]);
    expect(batch.sourceEpsg).toBe(4526);
    expect(planarAreaM2(batch.parcels[0]!.plane)).toBeCloseTo(10_000, 6);
    expect(understood(batch)).toMatch(
      /Shapefile，图层“地块”，2 个要素，属性编码 GB18030（据 \.cpg），.*EPSG:4526/,
    );
    expect(batch.warnings.map(({ code }) => code)).toContain('id-not-unique');
  });

  it('leaves out records that are marked as deleted, and says how many; the others keep their FID', async () => {
    const files = await shapefile('a');
    const wrong = square(400);
    wrong[0]![0]![3] = [X + 400, Y + 50];
    const layer = parcels('a');
    const three = await shapefile('a', {
      ...layer,
      features: [...layer.features, { polygons: wrong, properties: { Id: 0, DKBH: '003' } }],
    });
    expect((await read(await zip(files))).warnings.map(({ code }) => code)).not.toContain('deleted-records');
    for (const { name, bytes } of files) if (name.endsWith('.dbf')) markDeleted(bytes, 0);
    const batch = await read(await zip(files));
    expect(batch.parcels.map(({ id }) => id)).toEqual(['002']);
    const [told] = batch.warnings.filter(({ code }) => code === 'deleted-records');
    expect(told!.detail.zh).toContain('1 条记录标记为已删除');
    for (const { name, bytes } of three) if (name.endsWith('.dbf')) markDeleted(bytes, 0);
    expect(faultsOf(await refusal(await zip(three))).join()).toMatch(/^FID 2, ring 1/);
  });

  it('is told from its bytes without .cpg and language driver, and overruled by the parameter', async () => {
    const files = await shapefile('a');
    // byte 29: the language driver
    for (const { name, bytes } of files) if (name.endsWith('.dbf')) bytes[29] = 0x57;
    const body = await zip(files, '', /cpg$/);
    const batch = await read(body);
    expect(batch.parcels[0]!.name).toBe('东区一号');
    expect(understood(batch)).toContain('据内容判定');
    const told = await read(body, { encoding: 'GBK' });
    expect(understood(told)).toContain('参数指定');
    expect((await refusal(body, { encoding: 'klingon' })).code).toBe('bad-parameter');
  });

  it('asks for the CRS when .prj is missing, and takes it from the parameter only', async () => {
    const body = await zip(await shapefile('a'), '', /prj$/);
    const error = await refusal(body);
    expect([error.code, ...faultsOf(error)]).toEqual(['bad-crs', '?crs crs-needed']);
    expect(error.facts.detail?.zh).toContain('crs=4526');
    expect((await read(body, { crs: '4526' })).sourceEpsg).toBe(4526);
  });

  it.each([
    [
      'PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_CGCS_2000",DATUM["D_CGCS_2000",SPHEROID["CGCS_2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]',
      4526,
    ],
    [
      'PROJCS["User_Defined",GEOGCS["GCS_China_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["DEGREE",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Latitude_Of_Origin",0.0],PARAMETER["Scale_Factor",1.0],UNIT["METER",1.0]]',
      4526,
    ],
    [
      'PROJCS["Xian_1980_3_Degree_GK_Zone_38",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]',
      'old-datum',
    ],
    [
      'PROJCS["Beijing_1954_3_Degree_GK_Zone_38",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]',
      'old-datum',
    ],
  ])('knows the .prj of ArcGIS and SuperMap: %.44s', async (prj, expected) => {
    const files = await shapefile('a');
    const body = await zip([
      ...files.filter(({ name }) => !name.endsWith('.prj')),
      { name: 'a.prj', bytes: Buffer.from(prj) },
    ]);
    if (typeof expected === 'number') expect((await read(body)).sourceEpsg).toBe(expected);
    else expect(faultsOf(await refusal(body)).join()).toContain(expected);
  });

  it('names the feature, ring and vertex of a fault', async () => {
    const bowTie: [number, number][][][] = [
      [
        [
          [X, Y],
          [X + 100, Y + 100],
          [X + 100, Y],
          [X, Y + 100],
          [X, Y],
        ],
      ],
    ];
    const layer = {
      ...parcels('a'),
      features: [
        ...parcels('a').features,
        { polygons: bowTie, properties: { DKBH: '003' } },
        { polygons: null, properties: { DKBH: '004' } },
      ],
    };
    const error = await refusal(await zip(await shapefile('a', layer)));
    expect(error.code).toBe('bad-parcel');
    expect(faultsOf(error).toSorted()).toEqual([
      expect.stringMatching(/^FID 2, ring 1.* self-intersection$/),
      'FID 3 null-geometry',
    ]);
  });

  it('is refused without its parts, with the reason', async () => {
    const error = await refusal(await zip(await shapefile('a'), '', /shx$/));
    expect(faultsOf(error)).toEqual([' no-polygon-layer', 'a.shp unusable-data']);
    expect(error.facts.detail?.zh).toContain('.shx');
  });
});

describe('several layers', patient, () => {
  it('are listed to choose from, and chosen by the parameter', async () => {
    const body = await zip([...(await shapefile('甲')), ...(await shapefile('乙'))]);
    const error = await refusal(body);
    expect([error.code, ...faultsOf(error)]).toEqual([
      'bad-parameter',
      '?layer choose-layer',
      '?layer choose-layer',
    ]);
    expect(error.facts.detail?.zh).toMatch(/“甲”、“乙”|“乙”、“甲”/);
    expect(understood(await read(body, { layer: '乙' }))).toContain('图层“乙”');
    expect(faultsOf(await refusal(body, { layer: '丙' }))).toEqual(['?layer unknown-layer']);
  });
});

describe('the other formats', patient, () => {
  it.each([
    ['GPKG', 'a.gpkg', 'GeoPackage', 'FID 1'],
    ['FlatGeobuf', 'a.fgb', 'FlatGeobuf', 'FID 0'],
    ['OpenFileGDB', 'a.gdb', 'FileGDB', 'OBJECTID 1'],
  ] as const)('%s', async (driver, dataset, kind, place) => {
    const { files } = await writeVectors(driver, dataset, [
      { ...parcels('宗地'), ...(driver === 'FlatGeobuf' && { options: ['SPATIAL_INDEX=NO'] }) },
    ]);
    const body = files.length > 1 ? await zip(files) : files[0]!.bytes;
    const batch = await read(body);
    expect(batch.parcels.map(({ id, name, landUse }) => [id, name, landUse])[0]).toEqual([
      '001',
      '东区一号',
      '0101',
    ]);
    expect(planarAreaM2(batch.parcels[1]!.plane)).toBeCloseTo(10_000, 3);
    expect(understood(batch)).toContain(kind);
    const shifted = square(0).map((rings) =>
      rings.map((ring) => ring.map(([x, y]) => [x + 1e6, y] as [number, number])),
    );
    const far = { ...parcels('宗地'), features: [{ polygons: shifted, properties: { DKBH: '9' } }] };
    const { files: outside } = await writeVectors(driver, dataset, [far]);
    const error = await refusal(outside.length > 1 ? await zip(outside) : outside[0]!.bytes);
    expect(faultsOf(error).join()).toContain(`${place} `);
  });

  it('CSV with WKT in GBK, whose codes keep their zeros', async () => {
    const text = `编号,名称,用地用海代码,图形\n007,东区,0101,"POLYGON Z((${X} ${Y} 80,${X + 100} ${Y} 80,${X + 100} ${Y + 100} 80,${X} ${Y} 80))"\n`;
    const batch = await read(encodeGbk(text).bytes, { crs: '4526', fileName: 'a.csv' });
    expect(batch.parcels.map(({ id, name, landUse }) => [id, name, landUse])).toEqual([
      ['007', '东区', '0101'],
    ]);
    expect(batch.warnings.map(({ code }) => code)).toContain('heights-dropped');
  });

  it('KML with its extended data, on the datum it has', async () => {
    const ring = '113.2,35.2,0 113.201,35.2,0 113.201,35.201,0 113.2,35.201,0 113.2,35.2,0';
    const kml = `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>一批</name><Placemark><name>甲</name><ExtendedData><Data name="DKBH"><value>09</value></Data></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>${ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>`;
    for (const body of [Buffer.from(kml), await zip([{ name: 'doc.kml', bytes: Buffer.from(kml) }])]) {
      const batch = await read(body);
      expect(batch.parcels.map(({ id, name, properties }) => [id, name, properties.Folder])).toEqual([
        ['09', '甲', '一批'],
      ]);
      expect(batch.warnings.find(({ code }) => code === 'datum-wgs84')?.detail.zh).toContain('GCJ-02');
    }
    const broken = await refusal(Buffer.from(kml.replace('</Folder>', '')));
    expect(broken.code).toBe('unsupported-format');
  });
});

describe('a drawing', patient, () => {
  const polyline = (handle: string, layer: string, dx: number, closed: boolean, bulge = 0): string => {
    const corners = square(dx)[0]![0]!
      .slice(0, 4)
      .map(([x, y], i) => ` 10\n${x}\n 20\n${y}\n${i === 0 && bulge !== 0 ? ` 42\n${bulge}\n` : ''}`);
    return `  0\nLWPOLYLINE\n  5\n${handle}\n100\nAcDbEntity\n  8\n${layer}\n100\nAcDbPolyline\n 90\n4\n 70\n${closed ? 1 : 0}\n${corners.join('')}`;
  };
  const drawing = (...entities: string[]): Uint8Array =>
    Buffer.from(`  0\nSECTION\n  2\nENTITIES\n${entities.join('')}  0\nENDSEC\n  0\nEOF\n`);

  it('asks for its CRS, then gives closed polylines as parcels', async () => {
    const body = drawing(polyline('A1', '0', 0, true), polyline('A2', '0', 300, true));
    expect(faultsOf(await refusal(body))).toEqual(['?crs crs-needed']);
    const batch = await read(body, { crs: '4526' });
    expect(batch.parcels.map(({ plane }) => planarAreaM2(plane).toFixed(4))).toEqual([
      '10000.0000',
      '10000.0000',
    ]);
  });

  it('refuses every open polyline by its handle in one answer', async () => {
    const body = drawing(
      polyline('A1', '0', 0, true),
      polyline('B7', '0', 300, false),
      polyline('B8', '0', 600, false),
    );
    const error = await refusal(body, { crs: '4526' });
    expect([error.code, ...faultsOf(error)]).toEqual([
      'bad-parcel',
      'handle B7 open-polyline',
      'handle B8 open-polyline',
    ]);
  });

  it('draws arcs so finely that the area stands, and says so', async () => {
    const batch = await read(drawing(polyline('A1', '0', 0, true, 1)), { crs: '4526' });
    // a bulge of 1 is a half circle on a side of 100 m: inward on this clockwise ring or outward
    const area = planarAreaM2(batch.parcels[0]!.plane);
    expect(Math.abs(Math.abs(area - 10_000) - (Math.PI * 50 ** 2) / 2)).toBeLessThan(0.005);
    expect(batch.warnings.map(({ code }) => code)).toContain('arcs-as-chords');
  });

  it('offers its CAD layers where several have closed lines', async () => {
    const body = drawing(
      polyline('A1', '宗地', 0, true),
      polyline('A2', '道路', 300, true),
      polyline('A3', '标注', 600, false),
    );
    const error = await refusal(body, { crs: '4526' });
    expect(error.facts.errors?.map(({ detail }) => detail.zh).join()).not.toContain('标注');
    expect(error.facts.detail?.zh).toMatch(/“宗地”、“道路”/);
    expect((await read(body, { crs: '4526', layer: '宗地' })).parcels).toHaveLength(1);
  });
});
