/**
 * What is said of a check as a whole: rules over all parcels together, the list of materials to hand in, and the
 * layers that were not registered and so not reviewed. Parcels are added one by one and not kept.
 */
import { createHash } from 'node:crypto';
import type { Bilingual } from '../core/errors.js';
import { findLayer } from '../layers/catalogue.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import { bySeverity, type OpenParcel, worstVerdict } from '../policy/evaluate.js';
import { openTotals, type TotalsJudgement } from '../policy/evaluate-totals.js';
import type { Finding, ParcelJudgement, Verdict } from '../policy/policy-types.js';
import { rulesInForce } from '../policy/rules-on.js';
import type { PinnedInput } from './check-parts.js';
import type { ChecklistItem, UnreviewedLayer } from './check-types.js';

export interface CheckWide extends TotalsJudgement {
  verdict: Verdict;
  checklist: readonly ChecklistItem[];
  unreviewed: readonly UnreviewedLayer[];
}

export interface OpenCheckWide {
  add(parcelId: string, parcel: OpenParcel, judgement: ParcelJudgement): void;
  close(): CheckWide;
}

export function openCheckWide(input: PinnedInput): OpenCheckWide {
  const { pack, facts, stage, onDate } = input;
  const totals = openTotals(pack, facts, stage, onDate);
  const checklist = new Checklist();
  return {
    add(parcelId, parcel, judgement) {
      totals.add(parcel);
      for (const finding of judgement.findings) checklist.add(finding, parcelId);
    },
    close() {
      const { findings, passed } = totals.judge();
      for (const finding of findings) checklist.add(finding);
      return {
        ...{ findings, passed, checklist: checklist.items(), unreviewed: unreviewedLayers(input) },
        verdict: worstVerdict(findings.map((finding) => finding.verdict)),
      };
    },
  };
}

/** What has to be handed in, each material once, the most pressing first. */
export class Checklist {
  private readonly byText = new Map<string, ChecklistItem & { parcels: string[]; rules: string[] }>();

  add(finding: Finding, parcelId?: string): void {
    for (const text of finding.requires) {
      let item = this.byText.get(text.zh);
      if (!item) {
        item = {
          id: materialId(text),
          text,
          verdict: finding.verdict,
          module: finding.module,
          rules: [],
          parcels: [],
        };
        this.byText.set(text.zh, item);
      }
      item.verdict = worstVerdict([item.verdict, finding.verdict]);
      if (!item.rules.includes(finding.rule)) item.rules.push(finding.rule);
      if (parcelId !== undefined && item.parcels.at(-1) !== parcelId) item.parcels.push(parcelId);
    }
  }

  items(): ChecklistItem[] {
    const gravity = ({ verdict }: ChecklistItem): number => bySeverity.indexOf(verdict);
    return [...this.byText.values()].sort((a, b) => gravity(b) - gravity(a));
  }
}

/** The same material has the same id in every check: a dossier says by it what it holds. */
const materialId = ({ zh }: Bilingual): string => createHash('sha256').update(zh).digest('hex').slice(0, 10);

/** Optional layers without a version, and the rules that for that reason said nothing. */
export function unreviewedLayers({ pack, layers, onDate }: PinnedInput): UnreviewedLayer[] {
  const present = new Set(layers.filter(isPresent).map((layer) => layer.layerId));
  const rules = rulesInForce(pack, onDate);
  return pack.layers.flatMap(({ layer, optional }) => {
    if (!optional || present.has(layer)) return [];
    const own = rules.filter((rule) => rule.measure.kind !== 'parcel' && rule.measure.layer === layer);
    const asked = own.filter((rule) => !rule.required && !rule.applies);
    if (asked.length === 0) return [];
    const { nameZh = layer, nameEn = layer } = findLayer(layer) ?? {};
    return [{ layer, nameZh, nameEn, rules: asked.map((rule) => rule.id) }];
  });
}
