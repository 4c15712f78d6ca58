/**
 * Examines a staged version as a whole: overlaps, gaps, what lies outside, duplicate BSM. Measures with the kernel,
 * constructs only to show places, and stores the overlapping pairs that the overlay must not count twice.
 */
import { AppError } from '../core/errors.js';
import type { Database, Sql } from '../database/sql.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerDefinition } from './catalogue.js';
import { type BoundedList, LISTED, type OverlapPair } from './certificate.js';
import { type CertificateFacts, THRESHOLD_M2 } from './compose-certificate.js';
import type { Coverage } from './coverage.js';
import { describeLayers } from './describe-layers.js';
import { examineTiles, type TileExamination } from './examine-tiles.js';
import { findGaps } from './find-gaps.js';
import { locateGaps, locateOverlaps } from './find-places.js';
import type { GapGroup } from './group-gaps.js';
import type { ImportWatch } from './import-watch.js';
import type { LoadedFeatures } from './load-features.js';
import { readDistricts, readFeatures } from './read-features.js';
import { cutReference, type ReferenceTiles } from './reference-tiles.js';
import * as statements from './sql.js';
import type { TileManifest } from './tile-manifest.js';
import { expectCount } from './write-features.js';

type Parts = { db: Database; geos: GeosPool };
type Version = { versionId: number; layerId: string; version: string };

export interface ExaminedVersion
  extends Pick<
    CertificateFacts,
    | 'coverageAreaM2'
    | 'outsideCoverageM2'
    | 'outsideDistrictsM2'
    | 'districtsVersion'
    | 'duplicates'
    | 'overlaps'
    | 'gaps'
  > {}

export async function examineVersion(
  parts: Parts,
  scope: {
    version: Version;
    layer: LayerDefinition;
    loaded: LoadedFeatures;
    coverage: Coverage;
    manifest: TileManifest;
  },
  watch: ImportWatch,
): Promise<ExaminedVersion> {
  const { version, layer, loaded, manifest } = scope;
  const { tileSizeM, planeZone } = loaded;
  const isPartition = layer.kind === 'partition';
  const coverageRings = scope.coverage.rings && lonLatToAnalysis(scope.coverage.rings, planeZone);
  const coverage = coverageRings && cutReference(coverageRings, tileSizeM);
  const districts = layer.id === 'xzq' ? undefined : await districtTiles(parts.db, tileSizeM);
  const tiles = await examineTiles(
    parts.db,
    { version, manifest, tileSizeM, isPartition, coverage, districts: districts?.tiles },
    watch,
  );
  const overlaps = await keepOverlaps(parts, version, tiles.shared, planeZone);
  const gapScope = { version, manifest, tileSizeM, coverage, lacking: tiles.lacking };
  const gaps = isPartition ? await findGaps(parts, gapScope, watch) : null;
  return {
    coverageAreaM2: coverageRings ? planarAreaM2(coverageRings) : null,
    outsideCoverageM2: coverage ? Math.max(0, tiles.outsideCoverageM2) : null,
    outsideDistrictsM2: districts ? Math.max(0, tiles.outsideDistrictsM2) : null,
    districtsVersion: districts?.version ?? null,
    duplicates: await findDuplicates(parts.db, version.versionId),
    overlaps,
    gaps: gaps && (await summariseGaps(parts.geos, gaps, planeZone, tileSizeM)),
  };
}

/** The active districts cut to the layer's tiles; undefined when there are none, or too many tiles to compare by. */
async function districtTiles(
  sql: Sql,
  tileSizeM: number,
): Promise<{ tiles: ReferenceTiles; version: string } | undefined> {
  const [xzq] = await describeLayers(sql, ['xzq']);
  if (!xzq || xzq.status === 'missing') return undefined;
  const districts = await readDistricts(sql, xzq);
  const rings = districts.flatMap((district) => lonLatToAnalysis(district.rings, xzq.planeZone));
  try {
    return { tiles: cutReference(rings, tileSizeM), version: xzq.version };
  } catch (error) {
    if (error instanceof AppError && error.code === 'too-large') return undefined;
    throw error;
  }
}

async function keepOverlaps(
  parts: Parts,
  version: Version,
  shared: TileExamination['shared'],
  planeZone: number,
): Promise<ExaminedVersion['overlaps']> {
  const pairs: { featureA: number; featureB: number; areaM2: number }[] = [];
  let totalM2 = 0;
  let belowThresholdM2 = 0;
  for (const [featureA, partners] of shared) {
    for (const [featureB, areaM2] of partners) {
      if (areaM2 < THRESHOLD_M2) belowThresholdM2 += areaM2;
      else {
        totalM2 += areaM2;
        pairs.push({ featureA, featureB, areaM2 });
      }
    }
  }
  pairs.sort((a, b) => b.areaM2 - a.areaM2 || a.featureA - b.featureA || a.featureB - b.featureB);
  for (let from = 0; from < pairs.length; from += 10_000) {
    const rows = pairs.slice(from, from + 10_000);
    const stored = await parts.db.transaction((tx) =>
      tx.append('layer_overlap', [
        { name: 'version_id', type: 'int8', values: rows.map(() => version.versionId) },
        { name: 'feature_a', type: 'int4', values: rows.map((pair) => pair.featureA) },
        { name: 'feature_b', type: 'int4', values: rows.map((pair) => pair.featureB) },
        { name: 'area_m2', type: 'float8', values: rows.map((pair) => pair.areaM2) },
      ]),
    );
    expectCount('overlaps', rows.length, stored);
  }
  if (pairs.length > 0) await parts.db.runScript(statements.analyseOverlaps);
  const items = await nameAndLocate(parts, version, pairs.slice(0, LISTED), planeZone);
  return { total: pairs.length, totalM2, belowThresholdM2, items };
}

async function nameAndLocate(
  parts: Parts,
  version: Version,
  pairs: readonly { featureA: number; featureB: number; areaM2: number }[],
  planeZone: number,
): Promise<OverlapPair[]> {
  const numbers = [...new Set(pairs.flatMap((pair) => [pair.featureA, pair.featureB]))];
  const features = await readFeatures(parts.db, version, numbers);
  const bsmOf = new Map(features.map((feature) => [feature.featureNo, feature.bsm]));
  const named = pairs.map((pair) => ({
    ...pair,
    bsmA: bsmOf.get(pair.featureA) ?? null,
    bsmB: bsmOf.get(pair.featureB) ?? null,
  }));
  return locateOverlaps(parts, version, named, planeZone);
}

async function summariseGaps(
  geos: GeosPool,
  groups: readonly GapGroup[],
  planeZone: number,
  tileSizeM: number,
): Promise<NonNullable<ExaminedVersion['gaps']>> {
  const listed = groups.filter((group) => group.areaM2 >= THRESHOLD_M2);
  const sum = (list: readonly GapGroup[]): number => list.reduce((total, group) => total + group.areaM2, 0);
  const totalM2 = sum(listed);
  return {
    total: listed.length,
    totalM2,
    belowThresholdM2: Math.max(0, sum(groups) - totalM2),
    items: await locateGaps(geos, listed, planeZone, tileSizeM),
  };
}

async function findDuplicates(
  sql: Sql,
  versionId: number,
): Promise<BoundedList<{ bsm: string; count: number; firstFeatureNo: number }>> {
  const rows = await sql.query<{ bsm: string; count: number; first_feature_no: number }>(
    statements.duplicateBsm,
    [versionId],
  );
  return {
    total: rows.length,
    items: rows
      .slice(0, LISTED)
      .map((row) => ({ bsm: row.bsm, count: row.count, firstFeatureNo: row.first_feature_no })),
  };
}
