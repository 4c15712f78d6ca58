/**
 * The life of a version from staging to active. Nothing reads a staging version; it becomes active in one transaction
 * or leaves no trace. A heartbeat tells a running import, in whichever process, from one that was killed.
 */
import { AppError } from '../core/errors.js';
import type { Database, Sql } from '../database/sql.js';
import type { CoverageKind } from './layer-types.js';
import * as statements from './sql.js';

const BEAT_EVERY_MS = 15_000;
/** Twelve missed beats: a paused machine or a long stall of the database does not cost a running import its rows. */
const ABANDONED_AFTER_S = 180;

/** Imports of this process: never swept by it, whatever their heartbeat says. */
const running = new Set<number>();

export interface Staging {
  versionId: number;
  version: string;
  /** Throws `conflict` when the version was swept away under the import. */
  check(): void;
  /** Ends the heartbeat. */
  release(): void;
}

export async function beginStaging(
  db: Database,
  request: {
    layerId: string;
    dataDate: string | null;
    sourceFile: string;
    coverage: CoverageKind;
    coverageDetail: unknown;
  },
): Promise<Staging> {
  const row = await db.transaction(async (tx) => {
    await tx.query(statements.lockLayer, [request.layerId]);
    const rows = await tx.query<{ version_id: number; version: string }>(statements.insertStagingVersion, [
      request.layerId,
      request.dataDate,
      request.sourceFile,
      request.coverage,
      JSON.stringify(request.coverageDetail ?? null),
    ]);
    return rows[0];
  });
  if (!row) throw new AppError('statement-lost', 'the new layer version was not stored');
  running.add(row.version_id);
  const heart = startHeart(db, row.version_id);
  return {
    versionId: row.version_id,
    version: row.version,
    check: () => {
      if (heart.stopped()) throw sweptAway(request.layerId, row.version);
    },
    release: () => {
      heart.end();
      running.delete(row.version_id);
    },
  };
}

function startHeart(db: Sql, versionId: number): { stopped(): boolean; end(): void } {
  let gone = false;
  const beat = async (): Promise<void> => {
    const rows = await db.query(statements.touchStaging, [versionId]);
    gone = rows.length === 0;
  };
  // a beat that fails is no verdict: the next write of the import meets the same fault and reports it
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_EVERY_MS);
  timer.unref();
  return { stopped: () => gone, end: () => clearInterval(timer) };
}

/** Removes every row of a staging version; an active or superseded one is out of its reach. */
export async function discardStaging(sql: Sql, versionId: number): Promise<void> {
  const claimed = await sql.query(statements.claimStaging, [versionId]);
  if (claimed.length > 0) await deleteClaimed(sql, versionId);
}

async function deleteClaimed(sql: Sql, versionId: number): Promise<void> {
  for (const statement of statements.deleteClaimed) await sql.query(statement, [versionId]);
}

/**
 * Removes what killed imports left behind and returns `layer version` of each. Imports that run elsewhere keep
 * beating and stay; the embedded database has one owner, so there whatever is not running here is abandoned.
 */
export async function sweepStaging(db: Database): Promise<string[]> {
  const seconds = db.kind === 'embedded' ? 0 : ABANDONED_AFTER_S;
  const rows = await db.query<{ version_id: number; layer_id: string; version: string }>(
    statements.claimAbandoned,
    [seconds, [...running]],
  );
  for (const row of rows) await deleteClaimed(db, row.version_id);
  return rows.map((row) => `${row.layer_id} ${row.version}`);
}

export interface FinishedVersion {
  sha256: string;
  sourceEpsg: number;
  planeZone: number;
  tileSizeM: number;
  resolutionM: number;
  featureCount: number;
  hasInnerOverlaps: boolean;
  manifest: Uint8Array;
  manifestSha256: string;
  certificate: unknown;
  /** EWKB of the declared coverage, SRID 4490. */
  coverage: Uint8Array | null;
  coverageDetail: unknown;
}

/** In one transaction: the version gets its certificate, the old active version is superseded, the new one active. */
export async function activate(
  db: Database,
  layerId: string,
  staging: Pick<Staging, 'versionId' | 'version'>,
  finished: FinishedVersion,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(statements.lockLayer, [layerId]);
    const done = await tx.query(statements.finishVersion, [
      staging.versionId,
      finished.sha256,
      finished.sourceEpsg,
      finished.planeZone,
      finished.tileSizeM,
      finished.resolutionM,
      finished.featureCount,
      finished.hasInnerOverlaps,
      finished.manifest,
      finished.manifestSha256,
      JSON.stringify(finished.certificate),
      finished.coverage,
      JSON.stringify(finished.coverageDetail ?? null),
    ]);
    if (done.length !== 1) throw sweptAway(layerId, staging.version);
    await tx.query(statements.supersedeActive, [layerId]);
    const active = await tx.query(statements.activateStaging, [staging.versionId]);
    if (active.length !== 1) throw sweptAway(layerId, staging.version);
  });
}

const sweptAway = (layerId: string, version: string): AppError =>
  new AppError('conflict', `staging version ${version} of ${layerId} is gone`, {
    detail: {
      zh: `导入 ${layerId} ${version} 中断过久，暂存数据已被清理。原版本不变，请重新导入。`,
      en: `The import of ${layerId} ${version} stood still for too long and its rows were swept away. The old version stays; import again.`,
    },
  });
