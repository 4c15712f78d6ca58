/** Reads the arguments of one command; what is wrong with them is an `AppError` like any other bad input. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { AppError, type Bilingual } from '../core/errors.js';

export type OptionTable = NonNullable<ParseArgsConfig['options']>;

export interface Arguments {
  files: readonly string[];
  /** The option's text, undefined when it was not given. */
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
}

/** `files`: how many arguments without a name the command takes, exactly. */
export function readArguments(args: readonly string[], options: OptionTable, files: number): Arguments {
  const { values, positionals } = parse(args, options);
  if (positionals.length !== files) {
    throw badArguments({
      zh: `应有 ${files} 个参数，给了 ${positionals.length} 个。`,
      en: `${files} arguments are needed, ${positionals.length} were given.`,
    });
  }
  return {
    files: positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
    flag: (name) => values[name] === true,
  };
}

function parse(args: readonly string[], options: OptionTable) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const names = Object.keys(options).map((name) => `--${name}`);
    const list = names.length > 0 ? names.join(' ') : '—';
    const detail = { zh: `${message}。可用的选项：${list}`, en: `${message}. Options taken: ${list}` };
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    throw new AppError(unknown ? 'unknown-parameter' : 'bad-parameter', message, { detail });
  }
}

export const badArguments = (detail: Bilingual): AppError =>
  new AppError('bad-parameter', detail.en, {
    detail: {
      zh: `${detail.zh}用法见 onemap-precheck help。`,
      en: `${detail.en} See onemap-precheck help.`,
    },
  });

export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const list = choices.join(' | ');
  throw badArguments({
    zh: `--${name} 应为 ${list}，给的是 ${value}。`,
    en: `--${name} must be ${list}, not ${value}.`,
  });
}

export function dayOf(name: string, value: string): string {
  const day = new Date(`${value}T00:00:00Z`);
  if (
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(day.getTime()) &&
    day.toISOString().startsWith(value)
  ) {
    return value;
  }
  throw badArguments({
    zh: `--${name} 应为 YYYY-MM-DD 的日期，给的是 ${value}。`,
    en: `--${name} must be a day, YYYY-MM-DD, not ${value}.`,
  });
}

export function wholeNumber(name: string, value: string, least: number, most: number): number {
  const n = Number(value);
  if (/^\d+$/.test(value) && n >= least && n <= most) return n;
  throw badArguments({
    zh: `--${name} 应为 ${least} 至 ${most} 的整数，给的是 ${value}。`,
    en: `--${name} must be a whole number from ${least} to ${most}, not ${value}.`,
  });
}
