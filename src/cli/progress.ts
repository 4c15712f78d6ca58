/** Progress of long commands: a bar on a terminal's error stream, nothing anywhere else. */
import { SingleBar } from 'cli-progress';
import type { Language } from '../http/language.js';
import type { Progress } from '../http/service.js';
import type { Terminal } from './terminal.js';

export interface ProgressLine {
  show(progress: Progress): void;
  stop(): void;
}

export function createProgress({ stderr }: Terminal, language: Language): ProgressLine {
  if (stderr.isTTY !== true) return { show: () => {}, stop: () => {} };
  let bar: SingleBar | undefined;
  let step = '';
  let begun = 0;
  const begin = (text: string, total: number | undefined): SingleBar => {
    const format =
      total === undefined
        ? '{step} {value} {rate}'
        : '{step} {bar} {percentage}% {value}/{total} {rate} {eta_formatted}';
    const next = new SingleBar({
      format,
      stream: stderr as NodeJS.WriteStream,
      hideCursor: true,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    });
    next.start(total ?? 0, 0, { step: text, rate: '' });
    begun = performance.now();
    return next;
  };
  return {
    show(progress) {
      const text = progress.step[language];
      if (text !== step) {
        bar?.stop();
        bar = begin(text, progress.total);
        step = text;
      }
      if (progress.total !== undefined) bar?.setTotal(progress.total);
      const seconds = (performance.now() - begun) / 1000;
      const rate = seconds < 0.5 ? '' : `${Math.round(progress.done / seconds)}/s`;
      bar?.update(progress.done, { rate });
    },
    stop: () => bar?.stop(),
  };
}
