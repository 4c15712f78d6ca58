/** Picks the rule pack for a day, or shows what there is. Putting a pack together is `resolve-rule-pack.ts`. */
import { AppError } from '../core/errors.js';
import { assertCalendarDate, latestInForce } from './in-force.js';
import { resolveRulePack } from './resolve-rule-pack.js';
import type { PolicyLibrary, ResolvedRulePack, RulePack } from './rule-pack-types.js';

export const DEFAULT_RULE_PACK = 'jiaozuo-2025';

/**
 * The pack of that id (default `jiaozuo-2025`) in force on a day (YYYY-MM-DD), resolved; undefined when there is none.
 * @throws AppError bad-parameter for a malformed date, bad-rule-pack when the pack cannot be put together for that day
 */
export function findRulePack(
  library: PolicyLibrary,
  id: string | undefined,
  onDate: string,
): ResolvedRulePack | undefined {
  assertCalendarDate(onDate);
  const pack = latestInForce(versionsOf(library, id), onDate);
  return pack && resolveOnce(library, pack, onDate);
}

/** `id`, or one version of it as `id@version`. */
function versionsOf(library: PolicyLibrary, id: string | undefined): RulePack[] {
  const [wanted = DEFAULT_RULE_PACK, version] = id?.split('@') ?? [];
  return library.packs.filter((pack) => pack.id === wanted && (version ?? pack.version) === pack.version);
}

// putting a pack together takes milliseconds, and the doors ask for the same day again and again
const resolved = new WeakMap<PolicyLibrary, Map<string, ResolvedRulePack>>();
const MOST_KEPT = 100;

function resolveOnce(library: PolicyLibrary, pack: RulePack, onDate: string): ResolvedRulePack {
  const known = resolved.get(library) ?? new Map<string, ResolvedRulePack>();
  resolved.set(library, known);
  const key = `${pack.id} ${pack.version} ${onDate}`;
  let found = known.get(key);
  if (!found) {
    found = resolveRulePack(library, pack, onDate);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, found);
  }
  return found;
}

/**
 * As `findRulePack`, but says why there is none.
 * @throws AppError not-found for an unknown id, bad-parameter for a day on which the pack is not in force
 */
export function getRulePackOn(
  library: PolicyLibrary,
  id: string | undefined,
  onDate: string,
): ResolvedRulePack {
  const found = findRulePack(library, id, onDate);
  if (found) return found;
  const wanted = id ?? DEFAULT_RULE_PACK;
  const versions = versionsOf(library, id);
  if (versions.length === 0) throw unknownPack(library, wanted);
  const spans = versions.map((pack) => `${pack.effectiveFrom}/${pack.effectiveTo ?? '..'}`).join(', ');
  throw new AppError('bad-parameter', `rule pack ${wanted} not in force on ${onDate}`, {
    detail: {
      zh: `规则包“${wanted}”在 ${onDate} 不在有效期内，有效期为 ${spans}，请改用有效期内的日期或其他规则包。`,
      en: `Rule pack "${wanted}" is not in force on ${onDate}; it is in force ${spans}. Use a date within or another pack.`,
    },
  });
}

/**
 * The newest version of a pack, for showing it; not tied to a day.
 * @throws AppError not-found
 */
export function getRulePack(library: PolicyLibrary, id: string): ResolvedRulePack {
  const versions = versionsOf(library, id);
  const newest = versions.reduce<RulePack | undefined>(
    (best, pack) => (best && best.effectiveFrom >= pack.effectiveFrom ? best : pack),
    undefined,
  );
  if (!newest) throw unknownPack(library, id);
  return resolveOnce(library, newest, newest.effectiveFrom);
}

export type RulePackSummary = Pick<
  ResolvedRulePack,
  | 'id'
  | 'version'
  | 'title'
  | 'jurisdiction'
  | 'effectiveFrom'
  | 'effectiveTo'
  | 'effectiveFromNote'
  | 'notes'
> & { isDefault: boolean; ruleCount: number; layers: readonly string[] };

/** Every version of every pack, in order of id and date. */
export function listRulePacks(library: PolicyLibrary): RulePackSummary[] {
  const key = (pack: RulePack): string => `${pack.id} ${pack.effectiveFrom}`;
  return [...library.packs]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((pack) => {
      const {
        id,
        version,
        title,
        jurisdiction,
        effectiveFrom,
        effectiveTo,
        effectiveFromNote,
        notes,
        rules,
        layers,
      } = resolveOnce(library, pack, pack.effectiveFrom);
      return {
        ...{ id, version, title, jurisdiction, effectiveFrom, effectiveTo, effectiveFromNote, notes },
        isDefault: id === DEFAULT_RULE_PACK,
        ruleCount: rules.length,
        layers: layers.map((need) => need.layer),
      };
    });
}

function unknownPack(library: PolicyLibrary, id: string): AppError {
  const known = [...new Set(library.packs.map((pack) => pack.id))].sort().join(', ');
  return new AppError('not-found', `no rule pack ${id.slice(0, 60)}`, {
    detail: {
      zh: `没有规则包“${id}”，可用的规则包：${known}。`,
      en: `There is no rule pack "${id}"; there are: ${known}.`,
    },
  });
}
