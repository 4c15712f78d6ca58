/**
 * Where a layer version knows the ground: a declared polygon, districts by code, or for a partition its own features.
 * Outside it every figure is undetermined.
 */
import { AppError, type Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { toNested } from '../geometry/flat-rings.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { toLonLat } from '../geometry/planes.js';
import type { LayerDefinition } from './catalogue.js';
import { describeLayers } from './describe-layers.js';
import type { CoverageKind } from './layer-types.js';
import { boxOf, readDistricts } from './read-features.js';
import { readShape } from './read-shape.js';
import { checkPlausible, readCrsMember, resolveSourceCrs } from './source-crs.js';

export type CoverageInput =
  /** Parsed GeoJSON: polygon geometry, Feature or FeatureCollection. */
  | { kind: 'polygon'; geojson: unknown; crs?: string | number }
  /** Codes or prefixes of XZQDM in the active `xzq`: 4108 takes every county of the city. */
  | { kind: 'districts'; codes: readonly string[] };

export interface Coverage {
  kind: CoverageKind;
  /** MultiPolygon in EPSG:4490 degrees, parts do not overlap; undefined for own-union and none. */
  rings: MultiPolygonRings | undefined;
  /** Stored with the version: how the coverage came about. */
  detail: Readonly<Record<string, unknown>> | null;
}

/** Throws `bad-geojson`, `bad-crs` or `bad-parameter` when the coverage cannot be understood. */
export async function resolveCoverage(
  parts: { db: Sql; geos: GeosPool },
  layer: LayerDefinition,
  input: CoverageInput | undefined,
): Promise<Coverage> {
  if (!input)
    return { kind: layer.kind === 'partition' ? 'own-union' : 'none', rings: undefined, detail: null };
  return input.kind === 'polygon' ? fromPolygon(parts.geos, input) : fromDistricts(parts, input.codes);
}

async function fromPolygon(
  geos: GeosPool,
  input: Extract<CoverageInput, { kind: 'polygon' }>,
): Promise<Coverage> {
  const document = input.geojson as { crs?: unknown } | null;
  const source = resolveSourceCrs(input.crs, readCrsMember(document?.crs));
  const shapes = geometriesOf(document).map((geometry, index) => {
    const result = readShape(geometry);
    if ('unusable' in result) throw badCoverage(index, result.unusable);
    const rings = toNested(result.shape.rings);
    checkPlausible(boxOf(rings), source, index + 1);
    return toLonLat(rings, source.crs);
  });
  if (shapes.length === 0) throw badCoverage(0, 'no polygon');
  const validities = await geos.validityOfAll(shapes);
  for (const [index, validity] of validities.entries()) {
    if (!validity.valid)
      throw badCoverage(index, `${validity.reason} at ${validity.place?.join(', ') ?? '?'}`);
  }
  const rings = shapes.length === 1 ? shapes[0]! : await geos.union(shapes);
  return { kind: 'polygon', rings, detail: { polygons: shapes.length, epsg: source.crs.epsg } };
}

function geometriesOf(document: unknown): unknown[] {
  const { type, features, geometry } = (document ?? {}) as Record<string, unknown>;
  if (type === 'FeatureCollection' && Array.isArray(features)) return features.flatMap(geometriesOf);
  if (type === 'Feature') return [geometry];
  return [document];
}

async function fromDistricts(
  { db, geos }: { db: Sql; geos: GeosPool },
  codes: readonly string[],
): Promise<Coverage> {
  const [xzq] = await describeLayers(db, ['xzq']);
  if (!xzq || xzq.status === 'missing') {
    throw badDistricts('no active xzq', {
      zh: '按行政区代码声明覆盖范围需要先导入行政区图层 xzq。',
      en: 'Coverage by district code needs the layer xzq; import it first.',
    });
  }
  const districts = await readDistricts(db, xzq);
  const wanted = codes.map((code) => code.trim()).filter((code) => code !== '');
  const unmatched = wanted.filter((code) => !districts.some((district) => district.code?.startsWith(code)));
  if (wanted.length === 0 || unmatched.length > 0) {
    throw badDistricts(`no district ${unmatched.join(', ')}`, {
      zh: `行政区图层（${xzq.version}）中没有代码以“${unmatched.join('、')}”开头的行政区。`,
      en: `The district layer (${xzq.version}) has no district whose code begins with ${unmatched.join(', ') || 'nothing'}.`,
    });
  }
  const chosen = districts.filter((district) => wanted.some((code) => district.code?.startsWith(code)));
  return {
    kind: 'districts',
    rings: await geos.union(chosen.map((district) => district.rings)),
    detail: {
      codes: wanted,
      xzqVersion: xzq.version,
      districts: chosen.map((district) => ({ code: district.code, name: district.name })),
    },
  };
}

const badCoverage = (index: number, why: string): AppError =>
  new AppError('bad-geojson', `coverage polygon ${index + 1}: ${why}`, {
    detail: {
      zh: `声明的覆盖范围第 ${index + 1} 个面不可用（${why}）。请提供有效的面（GeoJSON Polygon/MultiPolygon）。`,
      en: `Polygon ${index + 1} of the declared coverage cannot be used (${why}). Give valid GeoJSON polygons.`,
    },
  });

const badDistricts = (message: string, detail: Bilingual): AppError =>
  new AppError('bad-parameter', message, { detail });
