/** A failed command on the error stream: in both languages, with the place of every fault. */
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { scrub } from '../http/logging.js';
import { problemTable } from '../http/problem.js';
import { exitCodeOfError } from './exit-codes.js';
import type { Output } from './terminal.js';
import { printable } from './text-table.js';

/** Writes the error and returns the exit code. */
export function reportError(error: unknown, stderr: Output): number {
  const known = error instanceof AppError ? error : asInternal(error);
  const { title, advice } = problemTable[known.code];
  const detail = known.facts.detail ?? advice;
  stderr.write(`${known.code}: ${title.zh} / ${title.en}\n`);
  stderr.write(indent(detail));
  for (const fault of known.facts.errors ?? []) stderr.write(describeFault(fault));
  // a fault of ours has no other place to be told than here
  if (exitCodeOfError[known.code] === 4) stderr.write(`  ${causes(known).join('\n  ')}\n`);
  return exitCodeOfError[known.code];
}

const asInternal = (error: unknown): AppError =>
  new AppError('internal', error instanceof Error ? error.message : 'unknown fault', {}, error);

const indent = ({ zh, en }: Bilingual): string => `  ${printable(zh)}\n  ${printable(en)}\n`;

function describeFault({ pointer, code, detail, place, line, column }: InputFault): string {
  const at = line === undefined ? '' : ` ${line}:${column}`;
  const where = `${at}${place ? ` (${place.join(', ')})` : ''}`;
  return `  ${printable(pointer)}${where} ${code}\n    ${printable(detail.zh)}\n    ${printable(detail.en)}\n`;
}

function causes(error: Error): string[] {
  const lines: string[] = [];
  for (let e: unknown = error; e instanceof Error && lines.length < 5; e = e.cause) {
    lines.push(scrub(`${e.name}: ${e.message}`));
  }
  return lines;
}
