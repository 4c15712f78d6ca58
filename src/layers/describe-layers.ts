/** Which layer versions there are: the snapshot that a check pins, the registry and the history. Reads only. */
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { findLayer, getLayer, layerCatalogue } from './catalogue.js';
import type { LayerCertificate } from './certificate.js';
import type { CoverageKind, LayerSnapshot, MissingLayer } from './layer-types.js';
import * as statements from './sql.js';

interface SnapshotRow {
  version_id: number;
  layer_id: string;
  version: string;
  status: 'active' | 'superseded';
  data_date: string | null;
  received_date: string;
  source_sha256: string;
  source_file: string;
  feature_count: number;
  coverage: CoverageKind;
  tile_size_m: number;
  plane_zone: number;
  resolution_m: number;
  has_inner_overlaps: boolean;
  tile_manifest_sha256: string;
}

interface VersionRow extends SnapshotRow {
  received_at: Date;
  activated_at: Date;
  source_epsg: number;
  coverage_detail: unknown;
  certificate?: LayerCertificate;
}

/** One version as the registry shows it. */
export interface LayerVersion extends LayerSnapshot {
  receivedAt: string;
  activatedAt: string;
  sourceEpsg: number;
  coverageDetail: unknown;
}

export interface LayerListing {
  layerId: string;
  kind: LayerSnapshot['kind'];
  nameZh: string;
  nameEn: string;
  /** Undefined: nothing imported yet. */
  active: LayerVersion | undefined;
  versionCount: number;
}

/**
 * One entry per id, in the order asked for: the active version, or with `asOf` (YYYY-MM-DD) the newest version whose
 * data date (day of reception where none was given) is not after that day. Ids without such a version come back as
 * missing; they never fall out.
 */
export async function describeLayers(
  sql: Sql,
  layerIds: readonly string[],
  asOf?: string | null,
): Promise<(LayerSnapshot | MissingLayer)[]> {
  const rows = asOf
    ? await sql.query<SnapshotRow>(statements.snapshotsAsOf, [layerIds, checkDay(asOf)])
    : await sql.query<SnapshotRow>(statements.activeSnapshots, [layerIds]);
  const found = new Map(rows.map((row) => [row.layer_id, toSnapshot(row)]));
  return layerIds.map((id) => found.get(id) ?? missingLayer(id));
}

/** One pinned version by its public name, active or superseded; throws `not-found`. For replay. */
export async function getSnapshot(sql: Sql, layerId: string, version: string): Promise<LayerSnapshot> {
  const [row] = await sql.query<SnapshotRow>(statements.snapshotByName, [layerId, version]);
  if (!row) throw noSuchVersion(layerId, version);
  return toSnapshot(row);
}

/** Every layer of the catalogue with its active version. */
export async function listLayers(sql: Sql): Promise<LayerListing[]> {
  const rows = await sql.query<VersionRow>(statements.listVersions, [null]);
  return layerCatalogue.map((layer) => {
    const own = rows.filter((row) => row.layer_id === layer.id);
    const active = own.find((row) => row.status === 'active');
    return {
      layerId: layer.id,
      kind: layer.kind,
      nameZh: layer.nameZh,
      nameEn: layer.nameEn,
      active: active && toVersion(active),
      versionCount: own.length,
    };
  });
}

/** All versions of one layer that were ever active, newest first; throws `not-found` for an unknown layer. */
export async function listVersions(sql: Sql, layerId: string): Promise<LayerVersion[]> {
  const layer = getLayer(layerId);
  const rows = await sql.query<VersionRow>(statements.listVersions, [layer.id]);
  return rows.map(toVersion);
}

/** One version with its quality certificate; throws `not-found`. */
export async function getVersion(
  sql: Sql,
  layerId: string,
  version: string,
): Promise<LayerVersion & { certificate: LayerCertificate }> {
  const layer = getLayer(layerId);
  const [row] = await sql.query<VersionRow>(statements.versionWithCertificate, [layer.id, version]);
  if (!row?.certificate) throw noSuchVersion(layer.id, version);
  return { ...toVersion(row), certificate: row.certificate };
}

function toSnapshot(row: SnapshotRow): LayerSnapshot {
  const layer = findLayer(row.layer_id);
  if (!layer) throw new AppError('internal', `stored layer ${row.layer_id} is not in the catalogue`);
  return {
    layerId: row.layer_id,
    kind: layer.kind,
    nameZh: layer.nameZh,
    nameEn: layer.nameEn,
    versionId: row.version_id,
    version: row.version,
    status: row.status,
    dataDate: row.data_date,
    receivedDate: row.received_date,
    sha256: row.source_sha256,
    sourceFile: row.source_file,
    featureCount: row.feature_count,
    coverage: row.coverage,
    tileSizeM: row.tile_size_m,
    planeZone: row.plane_zone,
    resolutionM: row.resolution_m,
    hasInnerOverlaps: row.has_inner_overlaps,
    manifestSha256: row.tile_manifest_sha256,
  };
}

const toVersion = (row: VersionRow): LayerVersion => ({
  ...toSnapshot(row),
  receivedAt: row.received_at.toISOString(),
  activatedAt: row.activated_at.toISOString(),
  sourceEpsg: row.source_epsg,
  coverageDetail: row.coverage_detail,
});

/** Of a layer that has no version, or that the catalogue does not know. */
export function missingLayer(layerId: string): MissingLayer {
  const layer = findLayer(layerId);
  return {
    layerId,
    status: 'missing',
    kind: layer?.kind ?? null,
    nameZh: layer?.nameZh ?? layerId,
    nameEn: layer?.nameEn ?? layerId,
  };
}

function noSuchVersion(layerId: string, version: string): AppError {
  return new AppError('not-found', `no version ${version} of ${layerId}`, {
    detail: {
      zh: `图层 ${layerId} 没有版本 ${version}。`,
      en: `Layer ${layerId} has no version ${version}.`,
    },
  });
}

/** A calendar day as YYYY-MM-DD; throws `bad-parameter` for anything else (2024-02-30 included). */
export function checkDay(day: string): string {
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  if (parsed && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day)) return day;
  throw new AppError('bad-parameter', `not a day: ${day}`, {
    detail: {
      zh: `“${day}”不是有效日期，请写成 YYYY-MM-DD。`,
      en: `"${day}" is not a date; write YYYY-MM-DD.`,
    },
  });
}
