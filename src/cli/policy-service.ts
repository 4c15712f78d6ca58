/** The part of the service that is about rules and the ledger: what the doors call, put together from the rooms. */
import type { CheckParts } from '../checks/check-parts.js';
import { enterLedger, ledgerCsv, readLedger, withdrawLedgerEntry } from '../checks/ledger.js';
import { reviewDraft } from '../checks/review-draft.js';
import { addRulePack, currentLibrary, packTestStates } from '../checks/rule-pack-store.js';
import type { RulePackDocument, RulePackInfo, Service } from '../http/service.js';
import { getRulePack, listRulePacks, type RulePackSummary } from '../policy/find-rule-pack.js';
import type { PackTestState } from '../policy/pack-tests.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';
import { knownMeasures } from './known-measures.js';

export type PolicyService = Pick<
  Service,
  | 'reviewDraft'
  | 'listRulePacks'
  | 'getRulePack'
  | 'getCoverage'
  | 'addRulePack'
  | 'readLedger'
  | 'ledgerCsv'
  | 'enterLedger'
  | 'withdrawLedgerEntry'
>;

export function policyService(parts: CheckParts): PolicyService {
  const { db, policy } = parts;
  const library = (): Promise<PolicyLibrary> => currentLibrary(db, policy);
  return {
    reviewDraft: (request, signal) => reviewDraft(parts, request, signal),
    async listRulePacks() {
      const packs = await library();
      const states = await packTestStates(parts);
      return listRulePacks(packs).map((pack) => toPackInfo(pack, packs, states));
    },
    getRulePack: async (id) => packDocument(await library(), await packTestStates(parts), id),
    async getCoverage(id) {
      const { id: pack, version, coverage, documents } = getRulePack(await library(), id);
      return {
        ...{ id: pack, version },
        documents: Object.entries(coverage).map(([key, rows]) => ({
          ...{ document: documents[key]!.number ?? documents[key]!.title, rows },
        })),
      };
    },
    addRulePack: (text, dryRun) => addRulePack(parts, text, knownMeasures, dryRun),
    readLedger: (query) => readLedger(db, query),
    ledgerCsv: (query, language) => ledgerCsv(db, query, language),
    enterLedger: (request) => enterLedger(parts, request),
    withdrawLedgerEntry: (id, reason) => withdrawLedgerEntry(db, id, reason),
  };
}

function toPackInfo(
  pack: RulePackSummary,
  policy: PolicyLibrary,
  states: readonly PackTestState[],
): RulePackInfo {
  const { id, version, title, effectiveFrom, effectiveTo, ruleCount } = pack;
  const parent = policy.packs.find((one) => one.id === id && one.version === version)?.extends ?? null;
  const { cases = 0, failed = [] } = states.find((one) => one.id === id && one.version === version) ?? {};
  return {
    ...{ id, version, name: title, effectiveFrom, effectiveTo, extends: parent, ruleCount },
    tests: { cases, failed },
  };
}

function packDocument(policy: PolicyLibrary, states: readonly PackTestState[], id: string): RulePackDocument {
  const content = getRulePack(policy, id);
  const summary = listRulePacks(policy).find(
    (pack) => pack.id === content.id && pack.version === content.version,
  )!;
  return { ...toPackInfo(summary, policy, states), content: { ...content } };
}
