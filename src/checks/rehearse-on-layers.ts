/**
 * The second half of the rehearsal: a few made-up parcels on the ground of the layers that are registered, measured,
 * judged, stored and taken back. Connections to the database are open, the borders of the districts are known and the
 * lists of tiles are read and proved before the first user waits for them. Tiles and features that it reads are not
 * kept. Its answers are nobody's business: what is wrong with a layer is said to whoever checks against it.
 */
import type { Position } from '../core/geometry-types.js';
import type { Database, Sql } from '../database/sql.js';
import { layerCatalogue } from '../layers/catalogue.js';
import { describeLayers } from '../layers/describe-layers.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readManifest } from '../layers/read-tiles.js';
import { FeatureCache } from '../overlay/feature-cache.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import { TileCache } from '../overlay/tile-cache.js';
import { standingOf } from '../parcels/jurisdiction.js';
import { readParcels } from '../parcels/read-parcels.js';
import { getRulePackOn } from '../policy/find-rule-pack.js';
import { answerCheck } from './answer-check.js';
import { giveBack } from './answer-memory.js';
import type { CheckParts, PinnedInput } from './check-parts.js';
import { layersOfRules } from './create-check.js';
import { eightCorners, submissionOf } from './rehearsal-ground.js';
import { currentLibrary } from './rule-pack-store.js';
import { saveCheck } from './save-check.js';

/** Enough that tiles come in bulk. */
const PARCELS = 60;

/**
 * Does nothing where no layer is registered. Throws what a check throws.
 * @param budgetMs rounds are begun until this time has passed; the first is always gone through
 * @param take what a door does with an answer while it is stored
 */
export async function rehearseOnLayers(
  parts: CheckParts,
  budgetMs: number,
  signal: AbortSignal,
  take: (whole: Buffer) => Buffer,
): Promise<void> {
  const start = performance.now();
  const input = await inputOnLayers(parts, signal);
  if (!input) return;
  do {
    const caches = { tiles: new TileCache(64e6), features: new FeatureCache(10_000) };
    const answer = await answerCheck({ ...parts, ...caches }, input, true);
    await storeAndTakeBack(parts.db, async (tx) => {
      const stored = await saveCheck(tx, answer, input.parcels, take);
      giveBack(stored.answer);
    });
  } while (performance.now() - start < budgetMs && !signal.aborted);
}

async function inputOnLayers(parts: CheckParts, signal: AbortSignal): Promise<PinnedInput | undefined> {
  const [library, registered] = await Promise.all([
    currentLibrary(parts.db, parts.policy),
    describeLayers(
      parts.db,
      layerCatalogue.map((layer) => layer.id),
    ),
  ]);
  const onDate = parts.today();
  const pack = getRulePackOn(library, undefined, onDate);
  const { layers } = withoutMadeUp(layersOfRules(pack, registered));
  const places = await placesOn(parts.db, layers.filter(isPresent));
  if (places.length === 0) return undefined;
  const ground = await parts.districts.groundOf(parts.db, layers);
  const body = submissionOf(places.map(parcelAt));
  const { parcels, warnings } = await readParcels({ body, limits: parts.limits }, parts.geos);
  for (const parcel of parcels) standingOf(parcel.lonLat, ground);
  return {
    ...{ parcels, warnings, pack, layers, onDate, signal },
    ...{ stage: 'pre-review', asOf: null, verify: false },
  };
}

class TakenBack extends Error {}

async function storeAndTakeBack(db: Database, store: (tx: Sql) => Promise<unknown>): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      await store(tx);
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
}

/** Middles of tiles all over the layer that has most of them, in the analysis plane. */
async function placesOn(sql: Sql, layers: readonly LayerSnapshot[]): Promise<Position[]> {
  const manifests = await Promise.all(layers.map((layer) => readManifest(sql, layer)));
  const lists = manifests.map((manifest, i) => ({ layer: layers[i]!, tiles: manifest.tiles('feature') }));
  lists.sort((a, b) => b.tiles.length - a.tiles.length);
  const [most] = lists;
  if (!most) return [];
  const { layer, tiles } = most;
  const step = Math.max(1, Math.ceil(tiles.length / PARCELS));
  return tiles
    .filter((_, i) => i % step === 0)
    .map(({ tileX, tileY }) => [(tileX + 0.5) * layer.tileSizeM, (tileY + 0.5) * layer.tileSizeM]);
}

const parcelAt = (middle: Position, i: number) => ({
  id: `R${i + 1}`,
  rings: [[eightCorners(middle, 30, i / PARCELS)]],
});
