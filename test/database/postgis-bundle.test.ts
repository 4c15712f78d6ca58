import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findPostgisBundle, keepNeeded, makePostgisBundle } from '../../src/database/postgis-bundle.js';

/** A tar archive of text files; names of more than 100 bytes are parted as ustar does. */
function tarOf(files: Record<string, string>): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const head = Buffer.alloc(512);
    const cut = name.length > 100 ? name.lastIndexOf('/', 150) : -1;
    head.write(name.slice(cut + 1), 0);
    if (cut > 0) head.write(name.slice(0, cut), 345);
    head.write(text.length.toString(8).padStart(11, '0'), 124);
    head.write('ustar', 257);
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text);
    return [head, body];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const control = "default_version = '9.8.7'\nmodule_pathname = '$libdir/postgis-3'";
const wanted = {
  'lib/postgresql/postgis-3.so': 'library'.repeat(200),
  'share/proj/proj.db': 'systems',
  'share/postgresql/extension/postgis.control': control,
  'share/postgresql/extension/postgis--9.8.7.sql': '',
};

test('keeps the files of the extension, of the version that the control file names', () => {
  const { 'lib/postgresql/postgis-3.so': library, ...others } = wanted;
  const archive = tarOf({
    'lib/postgresql/postgis_raster-3.so': 'raster',
    'lib/postgresql/postgis-3.so': library,
    [`share/postgresql/extension/${'deep/'.repeat(20)}postgis.sql`]: 'long name',
    'share/postgresql/extension/postgis--9.8.6--9.8.7.sql': 'upgrade',
    ...others,
    'share/postgresql/contrib/postgis-3.6/postgis.sql': 'again',
  });
  expect(Buffer.compare(keepNeeded(archive), tarOf(wanted))).toBe(0);
});

test('refuses an archive that does not say what it holds', () => {
  expect(() => keepNeeded(tarOf({ 'lib/postgresql/postgis-3.so': 'x' }))).toThrow(/which version/);
});

test('the build has made it of the installed package, once', () => {
  const made = statSync(findPostgisBundle()!).mtimeMs;
  makePostgisBundle();
  expect(statSync(findPostgisBundle()!).mtimeMs).toBe(made);
  const folder = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite-postgis'));
  const whole = gunzipSync(readFileSync(join(folder, 'postgis.tar.gz')));
  const small = gunzipSync(readFileSync(fileURLToPath(findPostgisBundle()!)));
  expect(Buffer.compare(small, keepNeeded(whole))).toBe(0);
});
