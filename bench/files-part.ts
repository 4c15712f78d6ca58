/**
 * The land-use patches of a city as a zipped FileGDB, made by GDAL's own ogr2ogr, and as GeoJSON: both sent to the
 * built program on the server. Rows a second, peak memory, and the ratio of the two.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { ZipFile } from 'yazl';
import type { City } from './city.js';
import { withDatabase } from './city-database.js';
import { heading, note, row, seconds, times } from './report.js';
import { startService } from './service-process.js';

interface Import {
  rows: number;
  ms: number;
  /** Of the service with its threads, from its start. */
  peakMb: number;
}

export async function benchFiles(city: City, serverUrl: string): Promise<void> {
  const layer = city.summary.layers.find(({ id }) => id === 'dltb')!;
  heading(`zipped FileGDB: ${layer.features} patches imported, beside the same as GeoJSON`);
  if (spawnSync('ogr2ogr', ['--version']).status !== 0) {
    note('skipped: no ogr2ogr on this machine (Debian: apt-get install gdal-bin)');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'onemap-bench-'));
  try {
    const geojson = join(city.folder, layer.file);
    const zipped = await makeGeodatabase(geojson, folder);
    const plain = await importAlone(serverUrl, geojson, 'application/geo+json');
    await tell('GeoJSON', plain, geojson);
    const container = await importAlone(serverUrl, zipped, 'application/zip');
    await tell('zipped FileGDB', container, zipped);
    if (container.rows !== plain.rows) throw new Error('the two files do not hold the same patches');
    row('FileGDB : GeoJSON, time', times(container.ms / plain.ms));
    row('FileGDB : GeoJSON, peak memory', times(container.peakMb / plain.peakMb));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(name: string, { rows, ms, peakMb }: Import, path: string): Promise<void> {
  const megabytes = `${((await stat(path)).size / 1e6).toFixed(0)} MB`;
  const rate = `${Math.round(rows / (ms / 1000))} rows/s`;
  row(`${name}, ${megabytes}`, seconds(ms), rate, `peak ${Math.round(peakMb)} MB`);
}

async function makeGeodatabase(geojson: string, folder: string): Promise<string> {
  const database = join(folder, 'city.gdb');
  const args = ['-f', 'OpenFileGDB', database, geojson, '-nln', 'DLTB', '-nlt', 'MULTIPOLYGON'];
  const made = spawnSync('ogr2ogr', [...args, '-a_srs', 'EPSG:4490'], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`ogr2ogr: ${made.stderr}`);
  const archive = new ZipFile();
  for (const name of await readdir(database)) archive.addFile(join(database, name), `city.gdb/${name}`);
  archive.end();
  const path = join(folder, 'city.zip');
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}

/** One import by a service of its own into an empty database of its own. */
async function importAlone(serverUrl: string, path: string, contentType: string): Promise<Import> {
  const name = `onemap_bench_files_${process.pid}_${Date.now()}`;
  const server = new pg.Client(serverUrl);
  await server.connect();
  try {
    await server.query(`create database ${name}`);
    const service = await startService({ DATABASE_URL: withDatabase(serverUrl, name) });
    try {
      const start = performance.now();
      const rows = await send(
        `${service.url}/v1/layers/dltb/versions?dataDate=2024-12-31`,
        path,
        contentType,
      );
      return { rows, ms: performance.now() - start, peakMb: service.peakMb() };
    } finally {
      await service.stop();
    }
  } finally {
    await server.query(`drop database if exists ${name} with (force)`);
    await server.end();
  }
}

/** Not by fetch, which gives up on an answer after five minutes. */
async function send(url: string, path: string, contentType: string): Promise<number> {
  const sending = request(url, { method: 'POST', headers: { 'content-type': contentType } });
  const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
  });
  await Promise.all([pipeline(createReadStream(path), sending), answer]);
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`import: ${status} ${body.slice(0, 500)}`);
  return (JSON.parse(body) as { featureCount: number }).featureCount;
}
