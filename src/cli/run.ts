/** Arguments → command → exit code. */
import { AppError } from '../core/errors.js';
import type { Language } from '../http/language.js';
import { oneOf } from './arguments.js';
import { checkCommand } from './check-command.js';
import type { Command } from './command.js';
import { readConfig } from './config.js';
import { convertCommand } from './convert-command.js';
import { helpText } from './help.js';
import { importCommand, layersCommand } from './layer-commands.js';
import { measureCommand, measuresCommand } from './measure-command.js';
import { reportError } from './report-error.js';
import { rulePacksCommand } from './rule-pack-command.js';
import { serveCommand } from './serve-command.js';
import { bundlesCommand, fragmentsCommand } from './supply-commands.js';
import type { Program, Terminal } from './terminal.js';
import { keysCommand, migrateCommand, sampleCommand } from './upkeep-commands.js';

const commands: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  check: checkCommand,
  convert: convertCommand,
  bundles: bundlesCommand,
  fragments: fragmentsCommand,
  measure: measureCommand,
  measures: measuresCommand,
  import: importCommand,
  layers: layersCommand,
  'rule-packs': rulePacksCommand,
  migrate: migrateCommand,
  sample: sampleCommand,
  keys: keysCommand,
};

export async function run(args: readonly string[], terminal: Terminal, program: Program): Promise<number> {
  try {
    return await dispatch(args, terminal, program);
  } catch (error) {
    return reportError(error, terminal.stderr);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal, program: Program): Promise<number> {
  const { rest, lang } = takeLanguage(args);
  const [name = 'help', ...commandArgs] = rest;
  if (name === 'version' || name === '--version') {
    terminal.stdout.write(`${program.version}\n`);
    return 0;
  }
  if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
    terminal.stdout.write(helpText(lang ?? systemLanguage(terminal.env)));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw unknownCommand(name);
  const config = readConfig(terminal.env, terminal.cwd);
  const language = lang ?? config.language ?? systemLanguage(terminal.env);
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  return command(commandArgs, { terminal, program, config, language, say });
}

/** `--lang zh|en` may stand anywhere. */
function takeLanguage(args: readonly string[]): { rest: string[]; lang?: Language } {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = args[at];
  if (given === undefined) return { rest: [...args] };
  const joined = given.startsWith('--lang=');
  const value = joined ? given.slice(7) : (args[at + 1] ?? '');
  const rest = args.filter((_arg, i) => i !== at && (joined || i !== at + 1));
  return { rest, lang: oneOf('lang', value, ['zh', 'en']) };
}

/** Chinese unless the system says English. */
function systemLanguage(env: Terminal['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^en([_.-]|$)/i.test(locale) ? 'en' : 'zh';
}

function unknownCommand(name: string): AppError {
  const list = [...Object.keys(commands), 'version', 'help'].join(', ');
  return new AppError('unknown-parameter', `unknown command ${name}`, {
    detail: {
      zh: `没有命令 ${name}。可用的命令：${list}。`,
      en: `There is no command ${name}. Commands: ${list}.`,
    },
  });
}
