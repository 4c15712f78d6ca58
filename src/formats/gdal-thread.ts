/**
 * One GDAL worker thread and its limits: starts it, asks it, takes its rows no faster than they are used, and ends
 * it. Knows nothing of formats.
 */
import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.js';
import { workerFile } from '../core/package-root.js';
import { type CompiledGdal, compileGdal } from './gdal-library.js';
import type { GdalNotes, GdalReply, GdalRequest, GdalWorkerData } from './gdal-protocol.js';

export interface GdalLimits {
  /** For one answer, or from one chunk of rows to the next; time in which the thread waits for us does not count. */
  stepLimitMs: number;
  /** WebAssembly memory; GDAL's build starts with 512. */
  memoryLimitMb: number;
}

const defaultLimits: GdalLimits = { stepLimitMs: 60_000, memoryLimitMb: 1024 };

/** Each has up to the memory limit; more than two at a time gain nothing on few cores. */
const THREADS_AT_ONCE = 2;
const waiting: (() => void)[] = [];
let running = 0;

/** Compiling takes as long as everything else together, and can be shared. */
let compiling: Promise<CompiledGdal> | undefined;
const compiledOnce = (): Promise<CompiledGdal> => {
  compiling ??= compileGdal();
  return compiling;
};

interface Waiter {
  resolve(reply: GdalReply): void;
  reject(error: unknown): void;
}

export class GdalThread {
  readonly #worker: Worker;
  readonly #limits: GdalLimits;
  readonly #taken = new Int32Array(new SharedArrayBuffer(4));
  readonly #replies: GdalReply[] = [];
  #waiter: Waiter | undefined;
  #failure: unknown;
  #timer: NodeJS.Timeout | undefined;
  #ended: Promise<void> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#fail(cancelled());

  private constructor(compiled: CompiledGdal, limits: GdalLimits, signal: AbortSignal | undefined) {
    this.#limits = limits;
    this.#signal = signal;
    const { memoryLimitMb } = limits;
    this.#worker = new Worker(workerFile(import.meta.url, 'gdal-worker'), {
      workerData: { compiled, memoryLimitMb, taken: this.#taken } satisfies GdalWorkerData,
      // flags of the main program are not for this thread, nor is its environment
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
    this.#worker.on('message', (reply: GdalReply) => this.#hear(reply));
    this.#worker.on('error', (error) => this.#fail(deathOf(error)));
    this.#worker.on('exit', () => this.#fail(deathOf(undefined)));
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Waits for a free place, then for the thread to be ready. */
  static async start(limits: Partial<GdalLimits> = {}, signal?: AbortSignal): Promise<GdalThread> {
    if (signal?.aborted) throw cancelled();
    if (running >= THREADS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    const thread = new GdalThread(await compiledOnce(), { ...defaultLimits, ...limits }, signal);
    try {
      if (signal?.aborted) throw cancelled();
      await thread.#next();
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  /** Sends a request; the reply must be of the kind `expected`. */
  async ask<K extends GdalReply['kind']>(
    request: GdalRequest,
    expected: K,
  ): Promise<Extract<GdalReply, { kind: K }>> {
    this.#worker.postMessage(request);
    const reply = await this.#next();
    if (reply.kind !== expected) throw new AppError('internal', `GDAL worker answered ${reply.kind}`);
    return reply as Extract<GdalReply, { kind: K }>;
  }

  /** The COPY text of a layer. Left early, the thread is of no further use: end it. */
  async *rows(layer: string, withHeights: boolean): AsyncGenerator<Uint8Array, GdalNotes> {
    this.#worker.postMessage({ kind: 'rows', layer, withHeights } satisfies GdalRequest);
    for (;;) {
      const reply = await this.#next();
      if (reply.kind === 'rows-end') return reply.notes;
      if (reply.kind !== 'chunk') throw new AppError('internal', `GDAL worker answered ${reply.kind}`);
      yield reply.bytes;
      Atomics.add(this.#taken, 0, 1);
      Atomics.notify(this.#taken, 0);
    }
  }

  /** Ends the thread, whatever it does, and gives its place to the next. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#failure ??= cancelled();
    await this.#worker.terminate();
    const next = waiting.shift();
    if (next) next();
    else running--;
  }

  #next(): Promise<GdalReply> {
    const waitingReply = this.#replies.shift();
    if (waitingReply)
      return waitingReply.kind === 'failed'
        ? Promise.reject(explain(waitingReply))
        : Promise.resolve(waitingReply);
    if (this.#failure) return Promise.reject(this.#failure);
    const { stepLimitMs } = this.#limits;
    this.#timer = setTimeout(() => this.#fail(timeLimit(stepLimitMs)), stepLimitMs);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  #hear(reply: GdalReply): void {
    const waiter = this.#waiter;
    if (!waiter) {
      this.#replies.push(reply);
      return;
    }
    clearTimeout(this.#timer);
    this.#waiter = undefined;
    if (reply.kind === 'failed') waiter.reject(explain(reply));
    else waiter.resolve(reply);
  }

  #fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#failure ??= error;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(this.#failure);
    // ends now, not when the caller comes to it: a thread beyond its limit would go on working
    void this.end();
  }
}

function explain({ message, outOfMemory }: Extract<GdalReply, { kind: 'failed' }>): AppError {
  return outOfMemory ? tooMuchMemory(message) : damaged(message);
}

/** GDAL could not read the file, or not all of it. */
export function damaged(message: string): AppError {
  return new AppError('bad-layer-file', `GDAL: ${message}`, {
    detail: {
      zh: `文件无法读取或已损坏：${message}。请在 GIS 软件中打开核对后重新导出。`,
      en: `The file cannot be read or is damaged: ${message}. Open it in a GIS, check it and export it again.`,
    },
  });
}

const tooMuchMemory = (message: string, cause?: unknown): AppError =>
  new AppError(
    'too-large',
    `GDAL memory: ${message}`,
    {
      detail: {
        zh: '读写该文件所需内存超过上限，已中止。请拆分文件后重试。',
        en: 'The file needs more memory than allowed and was stopped. Split it and try again.',
      },
    },
    cause,
  );

function deathOf(error: unknown): AppError {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return tooMuchMemory('heap of the worker', error);
  return new AppError(
    'bad-layer-file',
    'the GDAL worker died',
    {
      detail: {
        zh: '读取该文件时解析器异常退出，文件可能已损坏。请在 GIS 软件中打开核对后重新导出。',
        en: 'The reader ended abnormally on this file; it may be damaged. Open it in a GIS, check it and export it again.',
      },
    },
    error,
  );
}

const timeLimit = (ms: number): AppError =>
  new AppError('time-limit', `GDAL was not done after ${ms} ms`, {
    detail: {
      zh: `读写文件超过 ${ms / 1000} 秒没有进展，已中止。请核对文件是否损坏，或拆分后重试。`,
      en: `Reading or writing the file made no progress for ${ms / 1000} s and was stopped. Check whether it is damaged, or split it.`,
    },
  });

const cancelled = (): AppError =>
  new AppError('cancelled', 'reading the file was cancelled', {
    detail: { zh: '文件读写已取消。', en: 'Reading or writing the file was cancelled.' },
  });
