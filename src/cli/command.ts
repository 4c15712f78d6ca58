/** What every command is given, and how one that needs the service opens and closes it. */
import { AppError } from '../core/errors.js';
import type { Language } from '../http/language.js';
import type { Service } from '../http/service.js';
import type { Config } from './config.js';
import { createProgress, type ProgressLine } from './progress.js';
import type { Program, Terminal } from './terminal.js';

export interface CommandContext {
  terminal: Terminal;
  program: Program;
  config: Config;
  language: Language;
  say(zh: string, en: string): string;
}

/** A command answers its exit code. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>;

/** Opens the service, runs `work` and closes it again; SIGINT and SIGTERM abort the signal. */
export async function withService<T>(
  { terminal, program, config, language }: CommandContext,
  work: (service: Service, signal: AbortSignal, progress: ProgressLine) => Promise<T>,
): Promise<T> {
  const progress = createProgress(terminal, language);
  const stop = new AbortController();
  const forget = terminal.onStop((signal) => {
    if (stop.signal.aborted) terminal.exit(4);
    else stop.abort(new AppError('cancelled', `stopped by ${signal}`));
  });
  try {
    const service = await program.openService(config, {
      loadSample: false,
      onProgress: progress.show,
      warn: (text) => terminal.stderr.write(`${text}\n`),
    });
    try {
      return await work(service, stop.signal, progress);
    } finally {
      await service.close();
    }
  } finally {
    progress.stop();
    forget();
  }
}
