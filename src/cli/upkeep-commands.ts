/** `migrate`, `sample` and `keys`: what prepares a service rather than asks it something. */
import { resolve } from 'node:path';
import { isScope, newKey, type Scope, scopes } from '../http/keys.js';
import { badArguments, readArguments, wholeNumber } from './arguments.js';
import type { Command } from './command.js';
import { createProgress } from './progress.js';

export const migrateCommand: Command = async (args, { terminal, program, config, say }) => {
  readArguments(args, {}, 0);
  const { schemaVersion, applied } = await program.migrate(config);
  for (const name of applied) terminal.stdout.write(`+ ${name}\n`);
  terminal.stdout.write(`${say('数据库结构版本', 'Schema version')} ${schemaVersion}\n`);
  return 0;
};

export const sampleCommand: Command = async (args, { terminal, program, language, say }) => {
  const options = { patches: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } } as const;
  const given = readArguments(args, options, 0);
  const [patches, seed, out] = ['patches', 'seed', 'out'].map((name) => given.text(name));
  const progress = createProgress(terminal, language);
  try {
    const made = await program.makeSample(
      {
        outDir: resolve(terminal.cwd, out ?? 'sample-city'),
        ...(patches !== undefined && { patches: wholeNumber('patches', patches, 2000, 1_000_000) }),
        ...(seed !== undefined && { seed: wholeNumber('seed', seed, 0, 2 ** 31 - 1) }),
      },
      progress.show,
    );
    progress.stop();
    terminal.stdout.write(
      `${say('图斑', 'patches')} ${made.patches}, ${say('种子', 'seed')} ${made.seed}\n${made.files.map((file) => `${file}\n`).join('')}`,
    );
    return 0;
  } finally {
    progress.stop();
  }
};

export const keysCommand: Command = async (args, { terminal, say }) => {
  const options = { scope: { type: 'string', multiple: true }, name: { type: 'string' } } as const;
  const given = readArguments(args, options, 1);
  if (given.files[0] !== 'new') {
    throw badArguments({
      zh: '用法：keys new --scope read|check|admin [--name 名称]。',
      en: 'Use: keys new --scope read|check|admin [--name NAME].',
    });
  }
  const granted = readScopes(given.list('scope'));
  const { key, hash } = newKey();
  const entry = {
    name: given.text('name') ?? `${granted.join('+')} ${hash.slice(7, 15)}`,
    hash,
    scopes: granted,
  };
  // the key alone on the first line of stdout, so that a script can take it
  terminal.stdout.write(`${key}\n${JSON.stringify(entry)}\n`);
  terminal.stderr.write(
    say(
      '第一行是密钥，只显示这一次，请交给使用者；第二行写入 ONEMAP_KEYS_FILE 指向的 JSON 数组。\n',
      'The first line is the key, shown only now: give it to its user. Put the second line into the JSON array of ONEMAP_KEYS_FILE.\n',
    ),
  );
  return 0;
};

function readScopes(given: readonly string[]): Scope[] {
  const wanted = given.flatMap((value) => value.split(','));
  if (wanted.length > 0 && wanted.every(isScope)) return [...new Set(wanted)];
  const list = scopes.join(' | ');
  throw badArguments({
    zh: `请用 --scope 给出权限：${list}。`,
    en: `State the scope with --scope: ${list}.`,
  });
}
