/**
 * GDAL in WebAssembly, loaded once per worker thread: the C functions that are used, its own file system, what it
 * says, and a memory limit. Knows nothing of what the functions are used for.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GdalNotes } from './gdal-protocol.js';

/** Address in the WebAssembly memory; 0 is null. */
export type Pointer = number;

interface StreamOperations {
  open?(stream: { seekable: boolean }): void;
  close?(): void;
  write?(stream: unknown, buffer: Uint8Array, offset: number, length: number): number;
}

/** The part of Emscripten's file system that is used. */
interface FileSystem {
  mkdir(path: string): void;
  mkdirTree(path: string): void;
  mount(kind: unknown, options: { root: string }, path: string): void;
  makedev(major: number, minor: number): number;
  registerDevice(device: number, operations: StreamOperations): void;
  mkdev(path: string, device: number): void;
  writeFile(path: string, bytes: Uint8Array): void;
  readFile(path: string): Uint8Array;
  readdir(path: string): string[];
  stat(path: string): { mode: number };
  isDir(mode: number): boolean;
  unlink(path: string): void;
  symlink(target: string, path: string): void;
  ErrnoError: new (errno: number) => Error;
}

/** A `WebAssembly.Module`, which threads can share. */
export type CompiledGdal = object;

interface WasmModule {
  FS: FileSystem;
  NODEFS: { node_ops: Record<string, unknown>; stream_ops: Record<string, unknown> };
  ENV: Record<string, string>;
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;
  ccall(name: string, result: 'number' | 'string' | null, types: string[], args: unknown[]): never;
}

type Value = number | string;

export interface Gdal {
  readonly fs: FileSystem;
  /** Calls a C function that gives a number or an address. */
  call(name: string, ...args: Value[]): number;
  /** Calls a C function that gives a text. */
  text(name: string, ...args: Value[]): string;
  /** Runs `work` with a null-terminated list of strings in memory. */
  withList<T>(list: readonly string[], work: (address: Pointer) => T): T;
  /** Runs `work` with the address of a cell that holds `value`. */
  withCell<T>(value: Pointer, work: (address: Pointer) => T): T;
  /** Puts a folder (or `only` one file of it) of the machine under `path`; nothing can be changed, no link is followed. */
  mountReadOnly(folder: string, path: string, only?: string): void;
  /** What was said since the last time. */
  takeNotes(): GdalNotes;
}

const NOTES_KEPT = 100;
/** errno 69 of Emscripten: read-only file system. */
const READ_ONLY = 69;
/** errno 44 of Emscripten. */
const NO_SUCH_FILE = 44;

/** GDAL's code, to be compiled once for all threads. */
export function compileGdal(): Promise<CompiledGdal> {
  return wasmGlobals.WebAssembly.compile(readFileSync(join(packageFolder(), 'gdal3WebAssembly.wasm')));
}

const require = createRequire(import.meta.url);

const packageFolder = (): string => join(dirname(require.resolve('gdal3.js/package.json')), 'dist/package');

/** Loads GDAL. After this the WebAssembly memory of this thread never grows beyond the limit. */
export async function loadGdal(compiled: CompiledGdal, memoryLimitMb: number): Promise<Gdal> {
  limitMemory(memoryLimitMb * 2 ** 20);
  // the package's own entry hides the file system, which streaming needs
  const initialise = require('gdal3.js/build/package/gdal3WebAssembly.js') as (
    options: object,
  ) => Promise<WasmModule>;
  const notes = createNotes();
  const module = await initialise({
    locateFile: (name: string) => name,
    getPreloadedPackage: () => ownBuffer(readFileSync(join(packageFolder(), 'gdal3WebAssembly.data'))),
    instantiateWasm: (imports: object, done: (instance: object) => object) =>
      done(new wasmGlobals.WebAssembly.Instance(compiled, imports)),
    print: () => undefined,
    printErr: notes.add,
    preRun: [({ ENV }: WasmModule) => Object.assign(ENV, environment)],
  });
  module.ccall('GDALAllRegister', null, [], []);
  return toGdal(module, notes);
}

const environment: Readonly<Record<string, string>> = {
  PROJ_LIB: '/usr/share/proj',
  GDAL_DATA: '/usr/share/gdal',
  PG_USE_COPY: 'YES',
  CPL_LOG_ERRORS: 'ON',
  GDAL_NUM_THREADS: '1',
  // polygons of a file are judged by our own validation, not mended on reading
  OGR_ORGANIZE_POLYGONS: 'DEFAULT',
};

const ownBuffer = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

function createNotes(): { add(line: string): void; take(): GdalNotes } {
  let errors: string[] = [];
  let warnings: string[] = [];
  return {
    add(line) {
      const list = /^warning/i.test(line) ? warnings : errors;
      if (list.length < NOTES_KEPT) list.push(line.slice(0, 500));
    },
    take() {
      const taken = { errors, warnings };
      errors = [];
      warnings = [];
      return taken;
    },
  };
}

function toGdal(module: WasmModule, notes: ReturnType<typeof createNotes>): Gdal {
  const call = (name: string, result: 'number' | 'string', args: Value[]): never =>
    module.ccall(
      name,
      result,
      args.map((arg) => (typeof arg === 'string' ? 'string' : 'number')),
      args,
    );
  return {
    fs: module.FS,
    call: (name, ...args) => call(name, 'number', args),
    text: (name, ...args) => call(name, 'string', args),
    withList(list, work) {
      const cells = module._malloc(4 * (list.length + 1));
      const texts = list.map((text) => copyText(module, text));
      [...texts, 0].forEach((address, i) => {
        module.HEAPU32[cells / 4 + i] = address;
      });
      try {
        return work(cells);
      } finally {
        for (const address of [...texts, cells]) module._free(address);
      }
    },
    withCell(value, work) {
      const cell = module._malloc(4);
      module.HEAPU32[cell / 4] = value;
      try {
        return work(cell);
      } finally {
        module._free(cell);
      }
    },
    mountReadOnly: (folder, path, only) => mountReadOnly(module, folder, path, only),
    takeNotes: notes.take,
  };
}

function copyText(module: WasmModule, text: string): Pointer {
  const bytes = Buffer.from(`${text}\0`);
  const address = module._malloc(bytes.length);
  module.HEAPU8.set(bytes, address);
  return address;
}

function mountReadOnly(module: WasmModule, folder: string, path: string, only?: string): void {
  const { FS, NODEFS } = module;
  const refuse = (): never => {
    throw new FS.ErrnoError(READ_ONLY);
  };
  for (const name of ['setattr', 'mknod', 'rename', 'unlink', 'rmdir', 'symlink', 'readlink'])
    NODEFS.node_ops[name] = refuse;
  NODEFS.stream_ops.write = refuse;
  if (only !== undefined) {
    const lookup = NODEFS.node_ops.lookup as (parent: unknown, name: string) => unknown;
    NODEFS.node_ops.lookup = (parent: unknown, name: string): unknown => {
      if (name !== only) throw new FS.ErrnoError(NO_SUCH_FILE);
      return lookup(parent, name);
    };
    NODEFS.node_ops.readdir = () => ['.', '..', only];
  }
  FS.mkdirTree(path);
  FS.mount(NODEFS, { root: folder }, path);
}

/**
 * A worker's resourceLimits do not count WebAssembly memory, and GDAL's build starts with 512 MB (of which only
 * what is touched is resident) and allows 2 GB. Refusing to grow makes its allocator fail.
 */
function limitMemory(bytes: number): void {
  const { prototype } = wasmGlobals.WebAssembly.Memory;
  const grow = prototype.grow;
  prototype.grow = function limitedGrow(pages) {
    if (this.buffer.byteLength + pages * 65_536 > bytes) throw new RangeError('memory limit of the worker');
    return grow.call(this, pages);
  };
}

interface WasmMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The types for Node 20 do not declare it. */
const wasmGlobals = globalThis as unknown as {
  WebAssembly: {
    Memory: { prototype: WasmMemory };
    Instance: new (module: CompiledGdal, imports: object) => object;
    compile(bytes: Uint8Array): Promise<CompiledGdal>;
  };
};
