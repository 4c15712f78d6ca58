/**
 * Rule packs that were uploaded, beside those that ship; and the rules that stored checks were judged by, kept as they
 * were put together, so that no later version can change what a replay says.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.js';
import type { Database, Sql } from '../database/sql.js';
import { findLayer } from '../layers/catalogue.js';
import { type KnownNames, type RulePackReport, readUpload } from '../policy/read-upload.js';
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
}

// one per database of the process; what others upload is seen by the next check
const libraries = new WeakMap<Database, Known>();

/** The packs that ship with those that were uploaded before them, newest first. One small query when nothing changed. */
export async function currentLibrary(db: Database, builtIn: PolicyLibrary): Promise<PolicyLibrary> {
  const state = await selectPackState(db);
  const known = libraries.get(db);
  if (known?.state === state) return known.library;
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
  libraries.set(db, { state, library });
  return library;
}

export interface UploadResult extends RulePackReport {
  /** False where the very same pack was there already, or nothing was to be stored. */
  stored: boolean;
}

/**
 * Takes a pack, its class tables and its tests, all or nothing. With `dryRun` it only says what it would say.
 * @throws AppError bad-rule-pack with line and column of each fault; conflict for a version that is there with other content
 */
export async function addRulePack(
  parts: { db: Database; policy: PolicyLibrary },
  text: string,
  measures: ReadonlySet<string>,
  dryRun: boolean,
): Promise<UploadResult> {
  const names: KnownNames = { isLayer: (id) => !!findLayer(id), isMeasure: (id) => measures.has(id) };
  const library = await currentLibrary(parts.db, parts.policy);
  const { pack, classTables, tests, report } = readUpload(library, text, names);
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

/** Keeps the rules of a check as they were put together for its day; answers their SHA-256. */
export async function pinRules(db: Database, rules: ResolvedRulePack): Promise<string> {
  const known = hashes.get(rules);
  // the rules are a hundred kilobytes: sent only where they are not there
  if (known !== undefined && (await hasRuleSet(db, known))) return known;
  const content = JSON.stringify(rules);
  const sha256 = known ?? sha256Of(content);
  await insertRuleSet(db, sha256, content);
  hashes.set(rules, sha256);
  return sha256;
}

/** The rules of a stored check. */
export async function pinnedRules(sql: Sql, sha256: string): Promise<ResolvedRulePack> {
  const content = await selectRuleSet(sql, sha256);
  if (content !== undefined && sha256Of(content) === sha256) return JSON.parse(content) as ResolvedRulePack;
  throw new AppError('internal', `rule set ${sha256} is ${content === undefined ? 'gone' : 'altered'}`);
}
