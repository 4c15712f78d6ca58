/**
 * One check, from parcels to a stored, replayable answer. The REST route, the command line and later the OGC process
 * and the job all call this one function.
 */
import { AppError, type Bilingual } from '../core/errors.js';
import { layerCatalogue } from '../layers/catalogue.js';
import { describeLayers, missingLayer } from '../layers/describe-layers.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { throwIfStopped } from '../overlay/measure-ground.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import { readParcelFile } from '../parcels/read-parcel-file.js';
import { projectFactFaults } from '../policy/facts.js';
import { getRulePackOn } from '../policy/find-rule-pack.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { answerCheck } from './answer-check.js';
import type { CheckParts, CheckRequest, PinnedInput } from './check-parts.js';
import type { StoredCheck } from './check-types.js';
import { currentLibrary, pinRules } from './rule-pack-store.js';
import { saveCheck } from './save-check.js';

export async function createCheck(
  parts: CheckParts,
  request: CheckRequest,
  signal?: AbortSignal,
  onProgress: (progress: CheckProgress) => void = () => {},
  take?: (whole: Buffer) => Buffer,
): Promise<StoredCheck> {
  const { input } = await prepareInput(parts, request, signal, (pack) => ({ pack }), onProgress);
  const total = input.parcels.length;
  onProgress({ step: steps.measuring, done: 0, total });
  // while the parcels are measured; rules that were pinned for a check that fails do no harm
  const pinning = pinRules(parts.db, input.pack);
  pinning.catch(() => undefined); // noticed when it is waited for
  const answer = await answerCheck(parts, input, true);
  throwIfStopped(signal);
  onProgress({ step: steps.storing, done: total, total });
  const rulesSha256 = await pinning;
  const pinned = { ...answer.pinned, rulesSha256 };
  return saveCheck(parts.db, { ...answer, pinned }, input.parcels, {
    take,
    id: request.id,
    pinAgain: () => pinRules(parts.db, input.pack, { again: true }),
  });
}

/** Reads the parcels and pins rules and layer versions; `choose` may take some of the pack's rules only. */
export async function prepareInput<Chosen extends { pack: ResolvedRulePack }>(
  parts: CheckParts,
  request: CheckRequest,
  signal: AbortSignal | undefined,
  choose: (pack: ResolvedRulePack, onDate: string) => Chosen,
  onProgress: (progress: CheckProgress) => void = () => {},
): Promise<Chosen & { input: PinnedInput }> {
  const onDate = request.onDate ?? parts.today();
  // which layers the rules read is known only with the rules: asked for all of them, both answers come at once
  const [library, registered] = await Promise.all([
    currentLibrary(parts.db, parts.policy),
    describeLayers(
      parts.db,
      layerCatalogue.map((layer) => layer.id),
      request.asOf,
    ),
  ]);
  const whole = getRulePackOn(library, request.rulePack, onDate);
  assertFacts(whole, request.facts, onDate);
  const chosen = choose(whole, onDate);
  const { pack } = chosen;
  const { layers, warnings } = withoutMadeUp(layersOfRules(pack, registered));
  const jurisdiction = await parts.districts.groundOf(parts.db, layers);
  const { body, contentType, fileName, layer, encoding, crs, repair } = request;
  onProgress({ step: steps.reading, done: 0 });
  const batch = await readParcelFile(
    {
      ...{ body, contentType, fileName, layer, encoding, crs, repair, signal },
      limits: parts.limits,
      jurisdiction,
    },
    parts.geos,
  );
  const input: PinnedInput = {
    parcels: batch.parcels,
    warnings: [...batch.warnings, ...warnings],
    pack,
    layers: layers.filter((layer) => !isUnneeded(layer, pack)),
    stage: request.stage,
    facts: request.facts,
    onDate,
    asOf: request.asOf ?? null,
    verify: request.verify,
    signal,
  };
  return { ...chosen, input };
}

/** What is going on, for whoever waits; `done` and `total` count parcels. */
export interface CheckProgress {
  step: Bilingual;
  done: number;
  total?: number;
}

const steps = {
  reading: { zh: '读取地块', en: 'reading the parcels' },
  measuring: { zh: '叠加测量', en: 'measuring the overlaps' },
  storing: { zh: '保存结果', en: 'storing the answer' },
};

/** The pack's layers, and the districts, which no rule needs but every report names. */
function layersOfRules(pack: ResolvedRulePack, registered: readonly LayerOrMissing[]): LayerOrMissing[] {
  const ids = new Set([...pack.layers.map((need) => need.layer), 'xzq']);
  return [...ids].map((id) => registered.find((layer) => layer.layerId === id) ?? missingLayer(id));
}

/** A layer that is not registered and that no rule must have is left out, so that it can not make anything undetermined. */
const isUnneeded = (layer: LayerOrMissing, pack: ResolvedRulePack): boolean =>
  !isPresent(layer) && !pack.layers.some((need) => need.layer === layer.layerId && !need.optional);

/** What is said for the whole check is a parameter: a wrong one is refused, not carried along. */
function assertFacts(pack: ResolvedRulePack, facts: CheckRequest['facts'], onDate: string): void {
  const errors = projectFactFaults(pack, facts ?? {}, onDate);
  if (errors.length > 0)
    throw new AppError('bad-parameter', 'facts refused', { errors, detail: errors[0]!.detail });
}
