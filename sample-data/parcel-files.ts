/** The files of `parcels/`: the curated parcels as GeoJSON, in degrees and some in metres, and their answers. */
import { crsTable } from '../src/core/crs.js';
import type { MultiPolygonRings } from '../src/core/geometry-types.js';
import { roundHalfUp } from '../src/core/units.js';
import { type CuratedParcel, curatedParcels } from './curated-parcels.js';
import { counties } from './districts.js';
import { type GoldenParcel, goldenParcels } from './golden-parcels.js';
import { answerOf, boxRing } from './parcel-answers.js';
import { farmlandProjects, type PolicyParcel, replacementProjects, statedParcels } from './policy-parcels.js';
import { bundleParcels, type FragmentParcel, fragmentParcels, type SupplyParcel } from './supply-parcels.js';
import { geometryText, planeCrs } from './write-features.js';

/** The shape of a curated parcel in EPSG:4526 metres. */
export const shapeOf = (parcel: CuratedParcel): MultiPolygonRings =>
  parcel.boxes.map((box, n) => [
    boxRing(box),
    ...(n === 0 ? (parcel.holes ?? []).map((hole) => boxRing(hole, true)) : []),
  ]);

const goldenShape = (parcel: GoldenParcel): MultiPolygonRings => [
  [parcel.ring.map(([x, y]) => [roundHalfUp(x + 38e6, 4), y] as const)],
];

const entries = [
  ...curatedParcels.map((parcel) => ({ parcel, shape: shapeOf(parcel) })),
  ...goldenParcels.map((parcel) => ({ parcel, shape: goldenShape(parcel) })),
];

type Entry = (typeof entries)[number];

const propertiesText = ({ parcel }: Entry): string =>
  JSON.stringify({ id: parcel.id, name: parcel.name.zh, nameEn: parcel.name.en, landUse: parcel.landUse });

const featureText = (entry: Entry): string =>
  `{"type":"Feature","id":"${entry.parcel.id}","properties":${propertiesText(entry)},"geometry":${geometryText(entry.shape)}}`;

const collectionText = (name: string, features: readonly string[], crs = ''): string =>
  `{"type":"FeatureCollection","name":"${name}",${crs}"features":[\n${features.join(',\n')}\n]}\n`;

function supplyText({ id, name, box, ...members }: SupplyParcel | FragmentParcel): string {
  const properties = { id, name: name.zh, nameEn: name.en, ...members };
  return `{"type":"Feature","id":"${id}","properties":${JSON.stringify(properties)},"geometry":${geometryText([[boxRing(box)]])}}`;
}

const policyText = ({ id, name, landUse, boxes, facts }: PolicyParcel, geometry?: string): string =>
  `{"type":"Feature","id":"${id}","properties":${JSON.stringify({ id, name: name.zh, nameEn: name.en, landUse, ...facts })},"geometry":${geometry ?? geometryText(boxes.map((box) => [boxRing(box)]))}}`;

const crsMember = (epsg: number): string =>
  `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${epsg}"}},`;

/** In metres of EPSG:4526: degrees rounded to 0.01 mm are too coarse for a sum to the cent. */
const projectText = (name: string, parcels: readonly PolicyParcel[]): string =>
  collectionText(
    name,
    parcels.map((parcel) =>
      policyText(parcel, JSON.stringify({ type: 'Polygon', coordinates: [boxRing(parcel.boxes[0]!)] })),
    ),
    crsMember(4526),
  );

const fileOf = ({ parcel }: Entry): string => `${parcel.id.toLowerCase()}-${parcel.slug}.geojson`;

/** The same parcel in metres of a projected CRS, with the `crs` member of old GeoJSON. */
function projectedText(entry: Entry, epsg: number): string {
  const shift = crsTable.get(epsg)!.falseEasting! - planeCrs.falseEasting!;
  const coordinates = entry.shape.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]) => [roundHalfUp(x + shift, 4), y])),
  );
  const geometry =
    coordinates.length === 1
      ? { type: 'Polygon', coordinates: coordinates[0] }
      : { type: 'MultiPolygon', coordinates };
  const feature = `{"type":"Feature","id":"${entry.parcel.id}","properties":${propertiesText(entry)},"geometry":${JSON.stringify(geometry)}}`;
  return collectionText(`${entry.parcel.id} EPSG:${epsg}`, [feature], crsMember(epsg));
}

const find = (id: string): Entry => entries.find(({ parcel }) => parcel.id === id)!;

const projected = [
  { id: 'DK-04', epsg: 4526 },
  { id: 'DK-07', epsg: 4547 },
  { id: 'DK-24', epsg: 4526 },
  { id: 'DK-27', epsg: 4547 },
] as const;

/** Parcels of the README: clear, red line, permanent basic farmland, half outside the boundary. */
const demo = ['DK-01', 'DK-04', 'DK-18', 'DK-14'] as const;

/** Every file of `parcels/`, by name. */
export function parcelFiles(): Record<string, string> {
  const files: Record<string, string> = {
    'all.geojson': collectionText('curated parcels', entries.map(featureText)),
    'demo.geojson': collectionText(
      'demo',
      demo.map((id) => featureText(find(id))),
    ),
    'bundles.geojson': collectionText('bundles', bundleParcels.map(supplyText)),
    'fragments.geojson': collectionText('fragments', fragmentParcels.map(supplyText)),
    'stated.geojson': collectionText(
      'stated',
      statedParcels.map((parcel) => policyText(parcel)),
    ),
    'farmland-35ha.geojson': projectText('35 ha', farmlandProjects.exactly),
    'farmland-over-35ha.geojson': projectText('over 35 ha', farmlandProjects.above),
    'replacement-enough.geojson': projectText('replacement', replacementProjects.enough),
    'replacement-short.geojson': projectText('replacement too small', replacementProjects.short),
    'answers.json': `${JSON.stringify(answersDocument(), null, 2)}\n`,
  };
  for (const entry of entries) files[fileOf(entry)] = collectionText(entry.parcel.id, [featureText(entry)]);
  for (const { id, epsg } of projected) {
    files[`${id.toLowerCase()}-epsg${epsg}.geojson`] = projectedText(find(id), epsg);
  }
  return files;
}

function answersDocument(): unknown {
  return {
    about: {
      zh: '样例宗地的预期答案：由试验区矩形推算，不是运行程序的输出。面积单位为平方米；ellipsoid 为椭球面积，plane 为 EPSG:4526 平面面积。阶段：用地预审。',
      en: 'Expected answers of the curated parcels, worked out from the laboratory’s rectangles, not by running the program. Areas in m²: on the ellipsoid, and on the plane of EPSG:4526. Stage: pre-review.',
    },
    stage: 'pre-review',
    toleranceM2: { plane: 0.01, ellipsoid: 0.02, net: 0.03 },
    parcels: [
      ...curatedParcels.map((parcel) => {
        const { area, layers } = answerOf(parcel);
        const withVerdict = (id: 'czkfbj' | 'stbhhx' | 'yjjbnt' | 'dltb') => ({
          verdict: parcel.verdicts[id],
          ...layers[id],
        });
        return {
          id: parcel.id,
          file: fileOf(find(parcel.id)),
          name: parcel.name,
          area,
          verdict: parcel.verdict,
          layers: {
            czkfbj: withVerdict('czkfbj'),
            stbhhx: withVerdict('stbhhx'),
            yjjbnt: withVerdict('yjjbnt'),
            dltb: withVerdict('dltb'),
            xzq: layers.xzq,
          },
          how: parcel.how,
        };
      }),
      ...goldenParcels.map((parcel) => ({
        id: parcel.id,
        file: fileOf(find(parcel.id)),
        name: parcel.name,
        area: { planeM2: parcel.planeM2, ellipsoidM2: parcel.ellipsoidM2 },
        verdict: parcel.verdict,
        ...(parcel.insideLab ? { layers: goldenLayers(parcel) } : {}),
        how: parcel.how,
      })),
    ],
  };
}

/** A golden parcel inside the industrial patch of the laboratory: all of it one class and one zone. */
function goldenLayers(parcel: GoldenParcel): unknown {
  const none = { planeM2: 0, ellipsoidM2: 0 };
  const all = { planeM2: parcel.planeM2, ellipsoidM2: parcel.ellipsoidM2 };
  const full = (code: string, net: boolean) => ({
    ...all,
    outside: none,
    undetermined: none,
    byClass: [{ code, ...all, ...(net ? { netM2: parcel.ellipsoidM2 } : {}) }],
  });
  const empty = { ...none, outside: all, undetermined: none, byClass: [] };
  return {
    czkfbj: { verdict: 'clear', ...full('城镇集中建设区', false) },
    stbhhx: { verdict: 'clear', ...empty },
    yjjbnt: { verdict: 'clear', ...empty },
    dltb: { verdict: 'clear', ...full('0601', true) },
    xzq: full(counties[0]!.code, false),
  };
}
