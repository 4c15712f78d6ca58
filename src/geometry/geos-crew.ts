/**
 * The threads behind the GEOS pool: starts workers when there is work, gives each one request at a time, ends those
 * that exceed a limit or die, and starts others, so that only the request at fault is lost. Knows no geometry.
 */
import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.js';
import type {
  GeosAnswer,
  GeosFailureReport,
  GeosOperation,
  GeosReply,
  GeosRequest,
  GeosWorkerData,
} from './geos-protocol.js';

export interface CrewLimits {
  workers: number;
  /** For one request, counted from the moment a ready worker has it. */
  timeLimitMs: number;
  /** WebAssembly memory of one worker. */
  memoryLimitMb: number;
  workerUrl: URL;
}

export interface CrewTask {
  operation: GeosOperation;
  /** Makes the request anew each time, because its arrays move to the worker. */
  pack(): Omit<GeosRequest, 'id' | 'operation'>;
}

interface Entry {
  task: CrewTask;
  attempts: number;
  resolve(answer: GeosAnswer): void;
  reject(error: unknown): void;
}

interface Member {
  worker: Worker;
  begun: Int32Array;
  ready: boolean;
  /** Out of service: no work is given to it any more. */
  leaving: boolean;
  current: { id: number; entry: Entry } | undefined;
  timer: NodeJS.Timeout | undefined;
  lastError: unknown;
}

/** Loading takes about 0.2 s; a worker that is not ready after this will not be. */
const START_LIMIT_MS = 60_000;
/** WebAssembly memory never shrinks: a worker that had a large task is replaced when it has finished it. */
const RECYCLE_ABOVE_BYTES = 192 * 2 ** 20;

/** Reports a failure of GEOS itself as the product's error. */
export type ExplainFailure = (operation: GeosOperation, failure: GeosFailureReport) => AppError;

export class GeosCrew {
  readonly #limits: CrewLimits;
  readonly #explain: ExplainFailure;
  readonly #queue: Entry[] = [];
  readonly #members = new Set<Member>();
  readonly #endings = new Set<Promise<unknown>>();
  #nextId = 1;
  #closed = false;

  constructor(limits: CrewLimits, explain: ExplainFailure) {
    this.#limits = limits;
    this.#explain = explain;
  }

  /** Queues a task. Rejects with time-limit, too-large (memory), cancelled (closed) or internal. */
  run(task: CrewTask): Promise<GeosAnswer> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, attempts: 0, resolve, reject });
      this.#pump();
    });
  }

  /** Rejects everything unfinished and ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#queue.splice(0)) entry.reject(closedError());
    for (const member of [...this.#members]) {
      member.current?.entry.reject(closedError());
      this.#dismiss(member);
    }
    await Promise.all(this.#endings);
  }

  #pump(): void {
    for (const member of this.#members) {
      if (this.#queue.length === 0) break;
      if (member.ready && !member.current) this.#feed(member);
    }
    const starting = [...this.#members].filter((member) => !member.ready).length;
    const room = this.#limits.workers - this.#members.size;
    for (let n = Math.min(room, this.#queue.length - starting); n > 0; n--) this.#start();
  }

  /** Gives the member the next task, or lets the process exit while there is none. */
  #feed(member: Member): void {
    clearTimeout(member.timer);
    member.current = undefined;
    for (let entry = this.#queue.shift(); entry; entry = this.#queue.shift())
      if (this.#dispatch(member, entry)) return;
    member.worker.unref();
  }

  #start(): void {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const { memoryLimitMb, workerUrl } = this.#limits;
    const worker = new Worker(workerUrl, {
      workerData: { memoryLimitMb, begun } satisfies GeosWorkerData,
      // flags of the main program (--input-type, --inspect) are not for this thread
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
    const member: Member = {
      worker,
      begun,
      ready: false,
      leaving: false,
      current: undefined,
      timer: setTimeout(() => this.#dismiss(member), START_LIMIT_MS),
      lastError: undefined,
    };
    this.#members.add(member);
    worker.on('message', (reply: GeosReply) => this.#hear(member, reply));
    worker.on('error', (error) => {
      member.lastError = error;
    });
    worker.on('exit', (code) => this.#bury(member, code));
  }

  /** False if the task could not be packed; it has been rejected then. */
  #dispatch(member: Member, entry: Entry): boolean {
    const id = this.#nextId++;
    let request: GeosRequest;
    try {
      request = { id, operation: entry.task.operation, ...entry.task.pack() };
    } catch (error) {
      entry.reject(error);
      return false;
    }
    member.current = { id, entry };
    member.worker.ref();
    member.timer = setTimeout(() => this.#timeOut(member), this.#limits.timeLimitMs);
    const { structure, coordinates } = request.geometries;
    member.worker.postMessage(request, [structure.buffer, coordinates.buffer]);
    return true;
  }

  #hear(member: Member, reply: GeosReply): void {
    if (member.leaving) return;
    if (reply.kind === 'ready') {
      member.ready = true;
      this.#feed(member);
      return;
    }
    if (member.current?.id !== reply.id) return;
    const { entry } = member.current;
    if (reply.kind === 'done') entry.resolve(reply.answer);
    else entry.reject(this.#explain(entry.task.operation, reply.failure));
    const spent = reply.kind === 'done' ? reply.memoryBytes > RECYCLE_ABOVE_BYTES : reply.unusable;
    if (spent) {
      this.#dismiss(member);
      this.#pump();
    } else this.#feed(member);
  }

  #timeOut(member: Member): void {
    const { timeLimitMs } = this.#limits;
    const operation = member.current!.entry.task.operation;
    member.current!.entry.reject(
      new AppError('time-limit', `GEOS ${operation} was not done after ${timeLimitMs} ms`, {
        operation,
        timeLimitMs,
        detail: {
          zh: `几何运算（${operation}）超过${timeLimitMs / 1000}秒未完成，已中止。请减少图形节点数或分批提交后重试。`,
          en: `The geometry operation ${operation} was stopped after ${timeLimitMs / 1000} s. Submit fewer vertices or smaller batches.`,
        },
      }),
    );
    this.#dismiss(member);
    this.#pump();
  }

  /** Ends a worker; whatever it had has been answered. */
  #dismiss(member: Member): void {
    if (member.leaving) return;
    member.leaving = member.ready || this.#closed;
    clearTimeout(member.timer);
    if (member.leaving) {
      member.current = undefined;
      this.#members.delete(member);
    }
    const ending = member.worker.terminate().finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  /** A worker has ended. If nobody asked it to, its request is tried once more, provided that it had not begun it. */
  #bury(member: Member, exitCode: number): void {
    clearTimeout(member.timer);
    if (member.leaving) return;
    this.#members.delete(member);
    const begun = member.current !== undefined && Atomics.load(member.begun, 0) === member.current.id;
    // a worker that died while starting has no request: the oldest one in the queue pays for the attempt
    const entry = member.current?.entry ?? (member.ready ? undefined : this.#queue.shift());
    if (entry) {
      entry.attempts++;
      if (begun || entry.attempts > 1) entry.reject(this.#deathOf(member, entry, exitCode));
      else this.#queue.unshift(entry);
    }
    this.#pump();
  }

  #deathOf(member: Member, { task }: Entry, exitCode: number): AppError {
    const facts = {
      operation: task.operation,
      exitCode,
      detail: {
        zh: `几何运算（${task.operation}）的工作线程意外退出，该运算没有结果。其他运算不受影响，请重试；若再次出现请联系管理员。`,
        en: `The thread that did ${task.operation} died, so there is no result. Others are not affected: try again, and tell the operator if it happens again.`,
      },
    };
    return new AppError('internal', `GEOS worker died during ${task.operation}`, facts, member.lastError);
  }
}

const closedError = (): AppError =>
  new AppError('cancelled', 'the GEOS pool is closed', {
    detail: {
      zh: '服务正在关闭，几何运算已取消。',
      en: 'The service is closing; the geometry operation was cancelled.',
    },
  });
