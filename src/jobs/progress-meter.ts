/** The last word of a handler about its progress, with the rate of the present step. */
import type { JobProgress } from './job-types.js';

export interface ProgressMeter {
  report(progress: JobProgress): void;
  /** JSON of the progress when it changed since it was last asked for. */
  news(): string | null;
}

export function createProgressMeter(now: () => number = () => performance.now()): ProgressMeter {
  let latest: (JobProgress & { rate: number | null }) | undefined;
  let told: string | null = null;
  let start = { step: '', done: 0, at: 0 };
  return {
    report({ step, done, total }) {
      if (step.en !== start.step) start = { step: step.en, done, at: now() };
      const seconds = (now() - start.at) / 1000;
      const rate = seconds >= 1 ? (done - start.done) / seconds : null;
      latest = {
        step: { zh: step.zh, en: step.en },
        done,
        ...(total !== undefined && { total }),
        rate: rate === null ? null : Number(rate.toPrecision(3)),
      };
    },
    news() {
      const text = latest === undefined ? null : JSON.stringify(latest);
      if (text === told) return null;
      told = text;
      return text;
    },
  };
}
