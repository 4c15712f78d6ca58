/** Progress and cancellation of an import, as its caller sees them. */
import { AppError } from '../core/errors.js';

export interface ImportProgress {
  phase: 'features' | 'coverage' | 'tiles' | 'gaps' | 'activating';
  /** Features read so far. */
  features: number;
  /** In the phases `tiles` and `gaps`: tiles done and to do. */
  done?: number;
  total?: number;
}

export interface ImportWatch {
  report(progress: ImportProgress): void;
  signal: AbortSignal | undefined;
}

/** Throws `cancelled` once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new AppError('cancelled', 'the import was cancelled', {
    detail: { zh: '导入已取消，原版本不变。', en: 'The import was cancelled; the old version stays.' },
  });
}
