/** Files named on the command line: read within a limit, written whole or not at all. */
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { AppError } from '../core/errors.js';
import { tooLarge } from '../http/body.js';
import type { Terminal } from './terminal.js';

/** The bytes of a file, or of standard input for `-`. */
export async function readInputFile(name: string, terminal: Terminal, maxBytes: number): Promise<Uint8Array> {
  if (name === '-') return withinLimit(await terminal.readInput(), maxBytes);
  const path = await existingFile(name, terminal);
  if ((await stat(path)).size > maxBytes) throw tooLarge(maxBytes);
  return readFile(path);
}

function withinLimit(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** The full path of a file that can be read. */
export const existingFile = (name: string, terminal: Terminal): Promise<string> =>
  existing(name, terminal, false);

/** As `existingFile`; a FileGDB is a folder. */
export const existingFileOrGeodatabase = (name: string, terminal: Terminal): Promise<string> =>
  existing(name, terminal, /\.gdb[\\/]?$/i.test(name));

async function existing(name: string, terminal: Terminal, folderToo: boolean): Promise<string> {
  const path = resolve(terminal.cwd, name);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error) && (found.isFile() || (folderToo && found.isDirectory()))) return path;
  throw new AppError('not-found', `cannot read ${name}`, {
    detail: {
      zh: `无法读取文件 ${name}，请检查路径。`,
      en: `The file ${name} cannot be read: check the path.`,
    },
  });
}

/** Beside its place first, then moved there: a reader never sees half a file. */
export async function writeOutput(
  name: string,
  content: string | Uint8Array,
  terminal: Terminal,
): Promise<void> {
  const path = resolve(terminal.cwd, name);
  const beside = join(dirname(path), `.${process.pid}.tmp`);
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new AppError(
      full ? 'disk-full' : 'bad-parameter',
      `cannot write ${name}`,
      {
        detail: { zh: `无法写入 ${name}。`, en: `Cannot write ${name}.` },
      },
      cause,
    );
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.geojson': 'application/geo+json',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.zip': 'application/zip',
};

/** A hint only, the content decides; standard input is taken for GeoJSON. */
export const mediaTypeOfFile = (name: string): string =>
  name === '-'
    ? 'application/geo+json'
    : (mediaTypes[extname(name).toLowerCase()] ?? 'application/octet-stream');
