/**
 * The second half of the rehearsal: a few made-up parcels on the ground of the layers that are registered, measured,
 * judged, stored and taken back. Connections to the database are open, the borders of the districts are known and the
 * lists of tiles are read and proved before the first user waits for them. Tiles and features that it reads are not
 * kept. Its answers are nobody's business: what is wrong with a layer is said to whoever checks against it.
 */
import type { Position } from '../core/geometry-types.js';
import type { Database, Sql } from '../database/sql.js';
import { analysisToLonLat } from '../geometry/planes.js';
import { layerCatalogue } from '../layers/catalogue.js';
import { describeLayers } from '../layers/describe-layers.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readManifest } from '../layers/read-tiles.js';
import { FeatureCache } from '../overlay/feature-cache.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import { TileCache } from '../overlay/tile-cache.js';
import { standingOf } from '../parcels/jurisdiction.js';
import { answerCheck } from './answer-check.js';
import { giveBack } from './answer-memory.js';
import type { CheckParts, CheckRequest } from './check-parts.js';
import { createCheck, prepareInput } from './create-check.js';
import { eightCorners, submissionOf } from './rehearsal-ground.js';
import { saveCheck } from './save-check.js';

/** Enough that tiles come in bulk. */
const PARCELS = 60;
/** Checks of one parcel in each round, beside one of all. */
const SINGLES = 2;

/**
 * Does nothing where no layer is registered. Throws what a check throws.
 * @param budgetMs checks are begun until this time has passed; one of all parcels is always gone through
 * @param take what a door does with an answer while it is stored
 */
export async function rehearseOnLayers(
  parts: CheckParts,
  budgetMs: number,
  signal: AbortSignal,
  take: (whole: Buffer) => Buffer,
): Promise<void> {
  const start = performance.now();
  const goOn = (): boolean => performance.now() - start < budgetMs && !signal.aborted;
  const submissions = await submissionsOn(parts);
  if (!submissions) return;
  const { together, singles } = submissions;
  const requestOf = (body: Buffer): CheckRequest => ({
    ...{ body, contentType: 'application/geo+json', stage: 'pre-review', verify: false },
  });
  for (let first = 0; first === 0 || goOn(); first += SINGLES) {
    const fresh = { ...parts, tiles: new TileCache(64e6), features: new FeatureCache(10_000) };
    // measured over the connections of the pool, as in service
    const { input } = await prepareInput(fresh, requestOf(together), signal, (pack) => ({ pack }));
    const answer = await answerCheck(fresh, input, true);
    await takenBack(parts.db, async (db) => {
      giveBack((await saveCheck(db, answer, input.parcels, { take })).answer);
      for (let i = first; i < first + SINGLES && goOn(); i++) {
        const request = requestOf(singles[i % singles.length]!);
        giveBack((await createCheck({ ...fresh, db }, request, signal, undefined, take)).answer);
      }
    });
  }
}

/** Files of made-up parcels on the ground that the office answers for; undefined where there is none. */
async function submissionsOn(
  parts: CheckParts,
): Promise<{ together: Buffer; singles: Buffer[] } | undefined> {
  const registered = await describeLayers(
    parts.db,
    layerCatalogue.map((layer) => layer.id),
  );
  const { layers } = withoutMadeUp(registered);
  const [places, ground] = await Promise.all([
    placesOn(parts.db, layers.filter(isPresent)),
    parts.districts.groundOf(parts.db, layers),
  ]);
  const known = places
    .map(parcelAt)
    .filter(({ rings }) => standingOf(analysisToLonLat(rings), ground) === 'inside');
  if (known.length === 0) return undefined;
  return { together: submissionOf(known), singles: known.map((parcel) => submissionOf([parcel])) };
}

class TakenBack extends Error {}

/** What `work` stores in the database that it is given is there for it alone, and gone when it has ended. */
async function takenBack(db: Database, work: (own: Database) => Promise<void>): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      // a check asks statements and nothing else
      const refuse = (): never => {
        throw new Error('the rehearsal asked for more than statements');
      };
      await work({
        ...{ kind: db.kind, query: (...statement) => tx.query(...statement) },
        ...{ transaction: refuse, runScript: refuse, status: refuse, close: refuse },
      });
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
