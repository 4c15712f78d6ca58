/**
 * Rule packs that were uploaded, beside those that ship; and the rules that stored checks were judged by, kept as they
 * were put together, so that no later version can change what a replay says.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.js';
import type { Database, Sql } from '../database/sql.js';
import { findLayer } from '../layers/catalogue.js';
import { builtInPackTests } from '../policy/load-rule-packs.js';
import { type PackTestFile, type PackTestState, stateOfTests } from '../policy/pack-tests.js';
import {
  type KnownNames,
  type RulePackReport,
  type RulePackUpload,
  readUpload,
} from '../policy/read-upload.js';
import type { ClassTable, PolicyLibrary, ResolvedRulePack, RulePack } from '../policy/rule-pack-types.js';
import {
  hasRuleSet,
  insertPackFile,
  insertRuleSet,
  selectPackFiles,
  selectPackState,
  selectRuleSet,
} from './sql.js';

interface Known {
  state: string;
  library: PolicyLibrary;
  /** Tests that were uploaded, with the version of the pack they came with. */
  tests: readonly VersionTests[];
}

interface VersionTests {
  pack: Pick<RulePack, 'id' | 'version'>;
  tests: PackTestFile;
}

// one per database of the process; what others upload is seen by the next check
const libraries = new WeakMap<Database, Known>();

/** The packs that ship with those that were uploaded before them, newest first. One small query when nothing changed. */
export async function currentLibrary(db: Database, builtIn: PolicyLibrary): Promise<PolicyLibrary> {
  return (await currentPacks(db, builtIn)).library;
}

async function currentPacks(db: Database, builtIn: PolicyLibrary): Promise<Known> {
  const state = await selectPackState(db);
  const before = libraries.get(db);
  if (before?.state === state) return before;
  const files = state === '' ? [] : await selectPackFiles(db);
  const of = <T>(kind: string): T[] =>
    files.filter((file) => file.kind === kind).map((file) => JSON.parse(file.content) as T);
  const library =
    files.length === 0
      ? builtIn
      : {
          packs: [...of<RulePack>('rule-pack'), ...builtIn.packs],
          classTables: [...of<ClassTable>('class-table'), ...builtIn.classTables],
        };
  const tests = files.flatMap(({ kind, content, tests: own }) =>
    kind === 'rule-pack' && own !== null
      ? [{ pack: JSON.parse(content) as RulePack, tests: JSON.parse(own) as PackTestFile }]
      : [],
  );
  const known = { state, library, tests };
  libraries.set(db, known);
  return known;
}

// run when somebody asks, once for each state of the packs: a hundred cases take some 100 ms
const testStates = new WeakMap<PolicyLibrary, readonly PackTestState[]>();

/**
 * How the tests that came with each version come out now. They held when the version was taken; another program, a new
 * version of what it extends or of a class table may have changed what it says.
 */
export async function packTestStates(parts: PolicyParts): Promise<readonly PackTestState[]> {
  const { library, tests } = await currentPacks(parts.db, parts.policy);
  let states = testStates.get(library);
  if (!states) {
    states = [...tests, ...testsThatShip(parts.policy)].map((one) =>
      stateOfTests(library, one.pack, one.tests),
    );
    testStates.set(library, states);
  }
  return states;
}

interface PolicyParts {
  db: Database;
  policy: PolicyLibrary;
}

const testsThatShip = ({ packs }: PolicyLibrary): VersionTests[] =>
  builtInPackTests().flatMap((tests) => {
    const pack = packs.find(({ id }) => id === tests.pack);
    return pack ? [{ pack, tests }] : [];
  });

/** Cases of other packs that hold now and would not hold in a library with what was handed in. */
async function brokenBy(parts: PolicyParts, upload: RulePackUpload): Promise<UploadResult['broken']> {
  const before = await packTestStates(parts);
  const { tests } = await currentPacks(parts.db, parts.policy);
  return [...tests, ...testsThatShip(parts.policy)].flatMap((one, i) => {
    const failedBefore = new Set(before[i]!.failed.map(({ name }) => name));
    const { id, version, failed } = stateOfTests(upload.library, one.pack, one.tests);
    return failed.flatMap(({ name }) => (failedBefore.has(name) ? [] : [{ pack: `${id}@${version}`, name }]));
  });
}

export interface UploadResult extends RulePackReport {
  /** Tests of other packs that held before and would not hold beside this one. */
  broken: readonly { pack: string; name: string }[];
  /** False where the very same pack was there already, or nothing was to be stored. */
  stored: boolean;
}

/**
 * Takes a pack, its class tables and its tests, all or nothing. With `dryRun` it only says what it would say.
 * @throws AppError bad-rule-pack with line and column of each fault; conflict for a version that is there with other content
 */
export async function addRulePack(
  parts: PolicyParts,
  text: string,
  measures: ReadonlySet<string>,
  dryRun: boolean,
): Promise<UploadResult> {
  const names: KnownNames = { isLayer: (id) => !!findLayer(id), isMeasure: (id) => measures.has(id) };
  const library = await currentLibrary(parts.db, parts.policy);
  const upload = readUpload(library, text, names);
  const { pack, classTables, tests } = upload;
  const report = { ...upload.report, broken: await brokenBy(parts, upload) };
  const files = [
    ...classTables.map((table) => ({
      kind: 'class-table',
      of: table,
      tests: null,
      there: library.classTables,
    })),
    ...(pack ? [{ kind: 'rule-pack', of: pack, tests, there: library.packs }] : []),
  ].filter(({ of, there }) => !isThere(of, there));
  if (dryRun || files.length === 0) return { ...report, stored: false };
  await parts.db.transaction(async (tx) => {
    for (const { kind, of, tests: own } of files) {
      const content = JSON.stringify(of);
      const row = { kind, id: of.id, version: of.version, content, sha256: sha256Of(content) };
      const taken = await insertPackFile(tx, { ...row, tests: own && JSON.stringify(own) });
      if (!taken) throw versionTaken(of);
    }
  });
  return { ...report, stored: true };
}

/** The same id and version with the same content; with other content it is refused. */
function isThere(one: RulePack | ClassTable, there: readonly (RulePack | ClassTable)[]): boolean {
  const same = there.find((other) => other.id === one.id && other.version === one.version);
  if (!same) return false;
  if (JSON.stringify(same) === JSON.stringify(one)) return true;
  throw versionTaken(one);
}

const versionTaken = ({ id, version }: RulePack | ClassTable): AppError =>
  new AppError('conflict', `${id}@${version} is there with other content`, {
    detail: {
      zh: `“${id}”的版本 ${version} 已存在且内容不同；已有版本不能改动，请使用新的版本号。`,
      en: `Version ${version} of "${id}" is there with other content. A version cannot be changed; use a new version number.`,
    },
  });

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const hashes = new WeakMap<ResolvedRulePack, string>();
/** Sets of rules seen in a database. The program removes none; that they are there still is seen to when a check is stored. */
const pinnedIn = new WeakMap<Database, Set<string>>();

/**
 * Keeps the rules of a check as they were put together for its day; answers their SHA-256.
 * @param again look whether they are there, even if they were
 */
export async function pinRules(
  db: Database,
  rules: ResolvedRulePack,
  { again = false } = {},
): Promise<string> {
  const pinned = pinnedIn.get(db) ?? new Set();
  pinnedIn.set(db, pinned);
  const known = hashes.get(rules);
  if (!again && known !== undefined && pinned.has(known)) return known;
  const content = JSON.stringify(rules);
  const sha256 = known ?? sha256Of(content);
  // the rules are a hundred kilobytes: sent only where they are not there
  if (!(await hasRuleSet(db, sha256))) await insertRuleSet(db, sha256, content);
  hashes.set(rules, sha256);
  pinned.add(sha256);
  return sha256;
}

/** The rules of a stored check. */
export async function pinnedRules(sql: Sql, sha256: string): Promise<ResolvedRulePack> {
  const content = await selectRuleSet(sql, sha256);
  if (content !== undefined && sha256Of(content) === sha256) return JSON.parse(content) as ResolvedRulePack;
  throw new AppError('internal', `rule set ${sha256} is ${content === undefined ? 'gone' : 'altered'}`);
}
