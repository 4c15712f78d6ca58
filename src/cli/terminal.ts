/** The terminal as the commands see it, and the program they drive: everything a test must be able to put in their place. */
import type { Progress, Service } from '../http/service.js';
import type { Config } from './config.js';

export interface Output {
  write(content: string | Uint8Array): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface Terminal {
  stdout: Output;
  stderr: Output;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** The bytes of standard input, for `check -`. */
  readInput(): Promise<Uint8Array>;
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  onStop(callback: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Ends the process at once, for the second signal. */
  exit(code: number): void;
}

export interface SampleOptions {
  patches?: number;
  seed?: number;
  outDir: string;
}

/** The parts behind the commands, put together in open-service.ts. */
export interface Program {
  version: string;
  /** Opens the database, brings it to this version's schema and starts what a service needs. */
  openService(
    config: Config,
    options: {
      loadSample: boolean;
      /** Go through a made-up check before anything is served. */
      rehearse?: boolean;
      onProgress: (progress: Progress) => void;
      warn: (text: string) => void;
    },
  ): Promise<Service>;
  migrate(config: Config): Promise<{ schemaVersion: number; applied: readonly string[] }>;
  /** Writes the made-up city as GeoJSON files. */
  makeSample(
    options: SampleOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<{ files: readonly string[]; patches: number; seed: number }>;
}
