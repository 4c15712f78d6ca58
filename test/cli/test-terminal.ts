/** A terminal and a program for the command tests: what was printed is kept, the service is the one in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { run } from '../../src/cli/run.js';
import type { Program, SampleOptions, Terminal } from '../../src/cli/terminal.js';
import { type MemoryService, memoryService } from '../http/memory-service.js';

export interface Stage {
  terminal: Terminal;
  program: Program;
  service: MemoryService;
  samples: SampleOptions[];
  out: () => string;
  err: () => string;
  /** Sends a signal to whoever listens. */
  signal: (name: 'SIGINT' | 'SIGTERM') => void;
  exits: number[];
  run: (...args: string[]) => Promise<number>;
}

/** Folders of the stages of one test file, removed after it. */
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'onemap-cli-'));
  folders.push(folder);
  return folder;
}

export function stage(env: Record<string, string> = {}, input = ''): Stage {
  const service = memoryService();
  const samples: SampleOptions[] = [];
  const exits: number[] = [];
  const text = { out: '', err: '' };
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const terminal: Terminal = {
    stdout: { write: (chunk) => (text.out += Buffer.from(chunk).toString()) },
    stderr: { write: (chunk) => (text.err += Buffer.from(chunk).toString()) },
    env,
    cwd: newFolder(),
    readInput: async () => Buffer.from(input),
    onStop(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    exit: (code) => void exits.push(code),
  };
  const program: Program = {
    version: '9.9.9',
    openService: async () => service,
    migrate: async () => ({ schemaVersion: 1, applied: ['0001-foundation'] }),
    async makeSample(options, onProgress) {
      samples.push(options);
      onProgress({ step: { zh: '生成', en: 'making' }, done: 1, total: 1 });
      return { files: [join(options.outDir, 'dltb.geojson')], patches: options.patches ?? 4000, seed: 1 };
    },
  };
  return {
    terminal,
    program,
    service,
    samples,
    out: () => text.out,
    err: () => text.err,
    signal: (name) => {
      for (const listener of [...listeners]) listener(name);
    },
    exits,
    run: (...args) => run(args, terminal, program),
  };
}
