/** Arguments → command → exit code. */
import { AppError } from '../core/errors.js';
import type { Language } from '../http/language.js';
import { oneOf } from './arguments.js';
import type { Command } from './command.js';
import { readConfig } from './config.js';
import { helpText } from './help.js';
import { reportError } from './report-error.js';
import type { Program, Terminal } from './terminal.js';

/** Each is loaded when it is asked for: what the others need is not waited for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.js')).serveCommand,
  check: async () => (await import('./check-command.js')).checkCommand,
  convert: async () => (await import('./convert-command.js')).convertCommand,
  bundles: async () => (await import('./supply-commands.js')).bundlesCommand,
  fragments: async () => (await import('./supply-commands.js')).fragmentsCommand,
  measure: async () => (await import('./measure-command.js')).measureCommand,
  measures: async () => (await import('./measure-command.js')).measuresCommand,
  import: async () => (await import('./layer-commands.js')).importCommand,
  layers: async () => (await import('./layer-commands.js')).layersCommand,
  'rule-packs': async () => (await import('./rule-pack-command.js')).rulePacksCommand,
  migrate: async () => (await import('./upkeep-commands.js')).migrateCommand,
  sample: async () => (await import('./upkeep-commands.js')).sampleCommand,
  keys: async () => (await import('./upkeep-commands.js')).keysCommand,
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
  return (await command())(commandArgs, { terminal, program, config, language, say });
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
