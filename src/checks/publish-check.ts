/**
 * Findings and pieces of stored checks as rows that can be queried, made from the stored answer the first time
 * somebody asks. A check whose rows are not complete is never served: half of them would look like "no conflict".
 */

import { AppError } from '../core/errors.js';
import { encodeMultiPolygonHex } from '../geometry/wkb.js';
import { findLayer } from '../layers/catalogue.js';
import { throwIfStopped } from '../overlay/measure-ground.js';
import type { CheckParts } from './check-parts.js';
import { checkPieces, type PieceFeature } from './check-pieces.js';
import type { Check } from './check-types.js';
import { readAnswer } from './read-checks.js';
import { checkNotFound } from './replay-check.js';
import {
  insertFindingRows,
  insertPieceRows,
  type NewFindingRow,
  type NewPieceRow,
  type Published,
  selectMissingChecks,
  selectUnpublished,
} from './sql.js';

/** Work that one request may do on checks nobody has asked for before. */
const TIME_LIMIT_MS = 20_000;
const AT_ONCE = 100;

/** Checks that are being published in this process. */
const underWay = new Map<string, Promise<void>>();

/**
 * Makes sure that the rows of all stored checks (or of those named) are there. Throws `not-found` for a check that
 * does not exist and `overloaded` when more is to be drawn than one request may wait for; what was drawn stays.
 */
export async function ensurePublished(
  parts: CheckParts,
  what: Published,
  checkIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<void> {
  if (checkIds !== null) {
    const [missing] = await selectMissingChecks(parts.db, checkIds);
    if (missing !== undefined) throw checkNotFound(missing);
  }
  const started = performance.now();
  for (;;) {
    const waiting = await selectUnpublished(parts.db, what, checkIds, AT_ONCE);
    if (waiting.length === 0) return;
    for (const id of waiting) {
      throwIfStopped(signal);
      await publishOnce(parts, what, id);
      if (performance.now() - started > TIME_LIMIT_MS) throw stillDrawing();
    }
  }
}

function publishOnce(parts: CheckParts, what: Published, id: string): Promise<void> {
  const name = `${what} ${id}`;
  const running = underWay.get(name) ?? publish(parts, what, id).finally(() => underWay.delete(name));
  underWay.set(name, running);
  return running;
}

async function publish(parts: CheckParts, what: Published, id: string): Promise<void> {
  const row = await readAnswer(parts.db, id);
  if (!row) throw checkNotFound(id);
  const check = JSON.parse(row.answer.toString()) as Check;
  if (what === 'findings') {
    await insertFindingRows(parts.db, id, findingRows(check));
    return;
  }
  const { features } = await checkPieces(parts, id);
  await insertPieceRows(parts.db, id, features.map(pieceRow));
}

function findingRows({ parcels, rules }: Check): NewFindingRow[] {
  return parcels.flatMap(({ findings }, parcelIndex) =>
    findings.map((finding) => ({
      ordinal: parcelIndex + 1,
      rule: finding.rule,
      module: finding.module,
      layer: finding.layer,
      verdict: finding.verdict,
      areaM2: finding.areaM2,
      netAreaM2: finding.netAreaM2,
      undeterminedM2: finding.undeterminedM2,
      noise: finding.noise,
      document: finding.source?.document ?? rules[finding.rule]?.source?.document ?? '',
      article: finding.source?.article ?? rules[finding.rule]?.source?.article ?? '',
      titleZh: finding.title.zh,
      titleEn: finding.title.en,
      detailZh: finding.detail.zh,
      detailEn: finding.detail.en,
      requiresZh: finding.requires.length > 0 ? finding.requires.map(({ zh }) => zh).join('；') : null,
    })),
  );
}

function pieceRow({ geometry, properties }: PieceFeature): NewPieceRow {
  const layer = findLayer(String(properties.layer));
  const first = (names: readonly string[] = []): string | null => {
    const name = names.find((one) => properties[one] != null);
    return name === undefined ? null : String(properties[name]);
  };
  return {
    parcel: String(properties.parcel),
    layer: String(properties.layer),
    kind: properties.kind as NewPieceRow['kind'],
    featureId: text(properties.featureId),
    bsm: text(properties.bsm),
    classCode: first(layer?.classFields),
    classLabel: first(layer?.labelFields),
    areaM2: numberOf(properties.areaM2),
    netAreaM2: numberOf(properties.netAreaM2),
    noise: properties.noise === true,
    verdict: String(properties.verdict),
    layerVersion: text(properties.layerVersion),
    ewkbHex: encodeMultiPolygonHex(geometry.coordinates, 4490),
  };
}

const text = (value: unknown): string | null => (value == null ? null : String(value));
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const stillDrawing = (): AppError =>
  new AppError('overloaded', 'checks are still being drawn', {
    detail: {
      zh: '还有预检的叠加图斑正在绘制，请稍后重试，或用 check_id 限定到一次预检。',
      en: 'Pieces of some checks are still being drawn. Try again, or name one check with check_id.',
    },
  });
