/** Reads features of a pinned layer version: attributes, shapes, candidates. Every answer is counted. */
import { AppError } from '../core/errors.js';
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { decodeMultiPolygon } from '../geometry/wkb.js';
import { describeLayers } from './describe-layers.js';
import type { LayerFeature, LayerSnapshot } from './layer-types.js';
import * as statements from './sql.js';

type PinnedVersion = Pick<LayerSnapshot, 'versionId' | 'layerId' | 'version'>;

interface FeatureRow {
  feature_no: number;
  bsm: string | null;
  class_code: string | null;
  class_label: string | null;
  plane_area_m2: number;
  kcxs: number | null;
  attribute_area_m2: number | null;
  attribute_net_area_m2: number | null;
  attributes: LayerFeature['attributes'];
}

/** The features of those numbers, in the order asked for; throws `statement-lost` when one is not there. */
export async function readFeatures(
  sql: Sql,
  snapshot: PinnedVersion,
  featureNos: readonly number[],
): Promise<LayerFeature[]> {
  if (featureNos.length === 0) return [];
  const rows = await sql.query<FeatureRow>(statements.featuresOf, [snapshot.versionId, featureNos]);
  const found = new Map(rows.map((row) => [row.feature_no, row]));
  return featureNos.map((featureNo) => {
    const row = found.get(featureNo);
    if (!row) throw lost(snapshot, featureNo);
    return {
      featureNo,
      bsm: row.bsm,
      classCode: row.class_code,
      classLabel: row.class_label,
      planeAreaM2: row.plane_area_m2,
      kcxs: row.kcxs,
      attributeAreaM2: row.attribute_area_m2,
      attributeNetAreaM2: row.attribute_net_area_m2,
      attributes: row.attributes,
    };
  });
}

/** MultiPolygons in EPSG:4490 degrees by feature number; throws `statement-lost` when one is not there. */
export async function readFeatureGeometries(
  sql: Sql,
  snapshot: PinnedVersion,
  featureNos: readonly number[],
): Promise<Map<number, MultiPolygonRings>> {
  if (featureNos.length === 0) return new Map();
  const rows = await sql.query<{ feature_no: number; geom: Uint8Array }>(statements.geometriesOf, [
    snapshot.versionId,
    featureNos,
  ]);
  const shapes = new Map(rows.map((row) => [row.feature_no, decodeMultiPolygon(row.geom)]));
  for (const featureNo of featureNos) if (!shapes.has(featureNo)) throw lost(snapshot, featureNo);
  return shapes;
}

/** Numbers of the features whose pieces' boxes meet the box (analysis plane, metres), through GiST. */
export async function candidatesInBox(sql: Sql, snapshot: PinnedVersion, box: Box): Promise<number[]> {
  const rows = await sql.query<{ feature_no: number }>(statements.candidatesInBox, [
    snapshot.versionId,
    ...box,
  ]);
  return rows.map((row) => row.feature_no);
}

export interface LayerPiece {
  featureNo: number;
  pieceNo: number;
  /** Valid MultiPolygon of at most about 128 vertices in the analysis plane. */
  rings: MultiPolygonRings;
}

/** Pieces whose boxes meet the box (analysis plane, metres): the second engine's input, cut apart from the tiles. */
export async function piecesInBox(sql: Sql, snapshot: PinnedVersion, box: Box): Promise<LayerPiece[]> {
  const rows = await sql.query<{ feature_no: number; piece_no: number; plane: Uint8Array }>(
    statements.piecesInBox,
    [snapshot.versionId, ...box],
  );
  return rows.map((row) => ({
    featureNo: row.feature_no,
    pieceNo: row.piece_no,
    rings: decodeMultiPolygon(row.plane),
  }));
}

export interface InnerOverlap {
  featureA: number;
  featureB: number;
  areaM2: number;
}

/** Pairs among the given features that the certificate found over the same ground (more than 0.01 m²). */
export async function innerOverlapsAmong(
  sql: Sql,
  snapshot: PinnedVersion,
  featureNos: readonly number[],
): Promise<InnerOverlap[]> {
  const rows = await sql.query<{ feature_a: number; feature_b: number; area_m2: number }>(
    statements.overlapsAmong,
    [snapshot.versionId, featureNos],
  );
  return rows.map((row) => ({ featureA: row.feature_a, featureB: row.feature_b, areaM2: row.area_m2 }));
}

/** Declared coverage of a version as MultiPolygon in EPSG:4490 degrees; undefined for own-union and none. */
export async function readCoverage(
  sql: Sql,
  snapshot: PinnedVersion,
): Promise<MultiPolygonRings | undefined> {
  const [row] = await sql.query<{ geom: Uint8Array | null }>(statements.coverageGeometry, [
    snapshot.versionId,
  ]);
  if (!row) throw lost(snapshot, 0);
  return row.geom ? decodeMultiPolygon(row.geom) : undefined;
}

export interface District {
  featureNo: number;
  code: string | null;
  name: string | null;
  /** MultiPolygon, EPSG:4490 degrees. */
  rings: MultiPolygonRings;
}

/** Every district of a version of `xzq`; throws `statement-lost` when the count is not the registered one. */
export async function readDistricts(
  sql: Sql,
  snapshot: PinnedVersion & Pick<LayerSnapshot, 'featureCount'>,
): Promise<District[]> {
  const rows = await sql.query<{
    feature_no: number;
    class_code: string | null;
    class_label: string | null;
    geom: Uint8Array;
  }>(statements.allFeatureShapes, [snapshot.versionId]);
  if (rows.length !== snapshot.featureCount) throw lost(snapshot, rows.length);
  return rows.map((row) => ({
    featureNo: row.feature_no,
    code: row.class_code,
    name: row.class_label,
    rings: decodeMultiPolygon(row.geom),
  }));
}

export interface Jurisdiction {
  /** Box of all districts, EPSG:4490 degrees. */
  box: Box;
  /** The districts' own rings side by side (EPSG:4490 degrees); shared borders are not dissolved. */
  rings: MultiPolygonRings;
  version: string;
}

/** The ground that the office is responsible for, from the active `xzq`; undefined when none is imported. */
export async function jurisdiction(sql: Sql): Promise<Jurisdiction | undefined> {
  const [xzq] = await describeLayers(sql, ['xzq']);
  if (!xzq || xzq.status === 'missing') return undefined;
  const districts = await readDistricts(sql, xzq);
  const rings = districts.flatMap((district) => district.rings);
  return { box: boxOf(rings), rings, version: xzq.version };
}

/** [minX, minY, maxX, maxY] over all positions; infinite for no position. */
export function boxOf(rings: MultiPolygonRings): Box {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (const polygon of rings) {
    const shell = polygon[0] ?? [];
    for (let i = 0; i < shell.length; i++) {
      const position = shell[i]!;
      const x = position[0];
      const y = position[1];
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
  }
  return [minX, minY, maxX, maxY];
}

function lost(snapshot: PinnedVersion, featureNo: number): AppError {
  return new AppError(
    'statement-lost',
    `layer ${snapshot.layerId} version ${snapshot.version}: feature ${featureNo} or its count did not come back`,
    {
      detail: {
        zh: `图层 ${snapshot.layerId} 版本 ${snapshot.version} 的要素未能完整读回，无法给出结论。`,
        en: `Features of layer ${snapshot.layerId}, version ${snapshot.version}, did not come back complete; no answer can be given.`,
      },
    },
  );
}
