/** Reads the rule packs and class tables that ship with the product from `src/policy/packs`, and refuses them if any is faulty. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../core/package-root.js';

import { badRulePack, fault } from './pack-faults.js';
import type { PackTestFile } from './pack-tests.js';
import { readClassTable, readPackTests, readRulePack } from './read-rule-pack.js';
import { resolveRulePack } from './resolve-rule-pack.js';
import type { ClassTable, PolicyLibrary, RulePack } from './rule-pack-types.js';

// Same folder from the sources and from the build: the compiler does not copy JSON, the package carries src/policy/packs.
const packFolder = join(packageRoot, 'src', 'policy', 'packs');

/**
 * Every `*.json` of a folder; `kind` says what a file is. Each pack is put together once for its first day, so that a
 * faulty one stops the start and not the first check.
 * @throws AppError bad-rule-pack
 */
export function loadRulePacks(folder: string = packFolder): PolicyLibrary {
  const packs: RulePack[] = [];
  const classTables: ClassTable[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const json = readJson(join(folder, name), name);
    if (kindOf(json) === 'class-table') classTables.push(readClassTable(json, name));
    else packs.push(readRulePack(json, name));
  }
  const library = { packs, classTables };
  for (const pack of packs) resolveRulePack(library, pack, pack.effectiveFrom);
  return library;
}

/** The tests that ship with the packs. @throws AppError bad-rule-pack for a file that breaks the format */
export function builtInPackTests(): PackTestFile[] {
  const folder = join(packFolder, 'tests');
  return readdirSync(folder)
    .sort()
    .map((name) => readPackTests(readJson(join(folder, name), name), name));
}

let builtIn: PolicyLibrary | undefined;

/** The packs that ship with the product, read once per process. */
export function builtInRulePacks(): PolicyLibrary {
  builtIn ??= loadRulePacks();
  return builtIn;
}

function readJson(path: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw badRulePack(name, [fault('', 'not-json', '不是有效的 JSON 文件。', `Not valid JSON: ${why}.`)]);
  }
}

const kindOf = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined;
