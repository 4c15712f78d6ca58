/**
 * The PostGIS that the embedded engine loads: the files of `create extension postgis` and no others. The package's
 * archive also holds raster, topology and every upgrade script; unpacked and compiled at each start they cost a second
 * and 340 MB. Made once, by the build; without it the package's own archive is used.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packageRoot } from '../core/package-root.js';

const PACKAGE = '@electric-sql/pglite-postgis';

/** Folder and version of the installed package. */
function installed(): { folder: string; version: string } {
  const folder = dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

const bundlePath = (version: string): string => join(packageRoot, 'dist', `postgis-${version}.tar.gz`);

/** URL of the small archive for the installed version; undefined when the build has not made it. */
export function findPostgisBundle(): URL | undefined {
  const path = bundlePath(installed().version);
  return existsSync(path) ? pathToFileURL(path) : undefined;
}

/** Makes the small archive, unless it is there. */
export function makePostgisBundle(): void {
  const { folder, version } = installed();
  const path = bundlePath(version);
  if (existsSync(path)) return;
  const archive = gunzipSync(readFileSync(join(folder, 'dist', 'postgis.tar.gz')));
  const unfinished = `${path}.${process.pid}`;
  // level 1: unpacked at every start, stored once
  writeFileSync(unfinished, gzipSync(keepNeeded(archive), { level: 1 }));
  renameSync(unfinished, path);
}

/** The library, PROJ's files, the control file and the script of the version it names. */
function isNeeded(name: string, version: string): boolean {
  return (
    name === 'lib/postgresql/postgis-3.so' ||
    name.startsWith('share/proj/') ||
    name === 'share/postgresql/extension/postgis.control' ||
    name === `share/postgresql/extension/postgis--${version}.sql`
  );
}

const BLOCK = 512;

/** A tar archive (POSIX ustar) with the needed entries only, their bytes as they are. */
export function keepNeeded(archive: Uint8Array): Uint8Array {
  const entries = entriesOf(archive);
  const control = entries.find(({ name }) => name.endsWith('/postgis.control'));
  const version = control && /default_version\s*=\s*'([^']+)'/.exec(textOf(archive, control))?.[1];
  if (!version) throw new Error(`${PACKAGE}: its archive does not say which version of PostGIS it holds`);
  const kept = entries.filter(({ name }) => isNeeded(name, version));
  const whole = kept.map(({ from, to }) => archive.subarray(from, to));
  return Buffer.concat([...whole, new Uint8Array(2 * BLOCK)]);
}

interface Entry {
  name: string;
  /** Header and content with padding. */
  from: number;
  to: number;
  size: number;
}

const textOf = (archive: Uint8Array, { from, size }: Entry): string =>
  Buffer.from(archive.subarray(from + BLOCK, from + BLOCK + size)).toString('utf8');

function entriesOf(archive: Uint8Array): Entry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const field = (at: number, length: number): string =>
    bytes.toString('latin1', at, at + length).split('\0')[0]!;
  const entries: Entry[] = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12).trim() || '0', 8);
    const prefix = field(at + 257, 5) === 'ustar' ? field(at + 345, 155) : '';
    const to = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const path = field(at, 100);
    entries.push({ name: prefix ? `${prefix}/${path}` : path, from: at, to, size });
    at = to;
  }
  return entries;
}
