/**
 * The worker thread that reads or writes one file with GDAL, and ends with it. Rows leave as they are read, a few
 * chunks ahead of who takes them, so that a layer of any size needs the same memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Gdal, loadGdal, type Pointer } from './gdal-library.js';
import {
  CHUNK_BYTES,
  CHUNKS_AHEAD,
  type GdalReply,
  type GdalRequest,
  type GdalWorkerData,
  type MemoryFile,
  type WriteLayerRequest,
} from './gdal-protocol.js';

const { compiled, memoryLimitMb, taken } = workerData as GdalWorkerData;
const port = parentPort!;
const say = (reply: GdalReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
const gdal = await loadGdal(compiled, memoryLimitMb);
const OPEN_VECTOR = 4;
const pipe = createPipe(gdal);
let dataset: Pointer = 0;

port.on('message', (request: GdalRequest) => {
  try {
    if (request.kind === 'open') open(request);
    else if (request.kind === 'rows') sendRows(request);
    else write(request);
  } catch (error) {
    const message = String(error instanceof Error ? error.message : error).slice(0, 500);
    const said = gdal.takeNotes().errors;
    const outOfMemory = /out of memory|bad_alloc|memory limit|cannot allocate/i.test(
      [message, ...said].join('\n'),
    );
    say({ kind: 'failed', message: said[0] ?? message, outOfMemory });
  }
});
say({ kind: 'ready' });

function open(request: Extract<GdalRequest, { kind: 'open' }>): void {
  const { fs } = gdal;
  const { folder, only } = request;
  if (folder === undefined) placeFiles('/in', request.files);
  else if (only === undefined) gdal.mountReadOnly(folder, '/in');
  else {
    gdal.mountReadOnly(folder, '/machine', only);
    fs.mkdirTree('/in');
    fs.symlink(`/machine/${only}`, `/in/${request.dataset}`);
  }
  configure(request.config);
  dataset = gdal.withList([request.driver], (drivers) =>
    gdal.withList(request.openOptions, (options) =>
      gdal.call('GDALOpenEx', `/in/${request.dataset}`, OPEN_VECTOR, drivers, options, 0),
    ),
  );
  if (dataset === 0) throw new Error(lastMessage('the file cannot be opened'));
  const info = gdal.withList(['-json', '-so', '-al', '-nomd'], (args) => {
    const options = gdal.call('GDALVectorInfoOptionsNew', args, 0);
    return gdal.text('GDALVectorInfo', dataset, options);
  });
  fs.mkdirTree('/out');
  say({ kind: 'opened', info, notes: gdal.takeNotes() });
}

function configure(config: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(config)) gdal.call('CPLSetConfigOption', key, value);
}

/**
 * PGDUMP is the one target that streams, keeps doubles bit for bit (as WKB), and text as it is. `-a_srs None` keeps
 * the coordinates of the source; `-preserve_fid` keeps its feature numbers.
 */
const rowArguments = [
  ...['-f', 'PGDUMP', '-preserve_fid', '-a_srs', 'None'],
  ...['-lco', 'CREATE_TABLE=NO', '-lco', 'CREATE_SCHEMA=NO', '-lco', 'LAUNDER=NO'],
  ...['-lco', 'SPATIAL_INDEX=NONE', '-lco', 'FID=__fid__', '-lco', 'GEOMETRY_NAME=__geometry__'],
];

function sendRows({ layer, withHeights }: Extract<GdalRequest, { kind: 'rows' }>): void {
  // one type for all: a layer of polygons may hold multipolygons, which PGDUMP would refuse
  const type = withHeights ? ['-nlt', 'GEOMETRYZ', '-lco', 'DIM=3'] : ['-nlt', 'GEOMETRY'];
  translate('/dev/rows', dataset, [...rowArguments, ...type, layer]);
  pipe.end();
  say({ kind: 'rows-end', notes: gdal.takeNotes() });
}

function translate(target: string, source: Pointer, args: readonly string[]): void {
  const result = gdal.withList(args, (list) =>
    gdal.withCell(source, (cell) => {
      const options = gdal.call('GDALVectorTranslateOptionsNew', list, 0);
      if (options === 0) throw new Error(lastMessage('options refused'));
      const made = gdal.call('GDALVectorTranslate', target, 0, 1, cell, options, 0);
      gdal.call('GDALVectorTranslateOptionsFree', options);
      return made;
    }),
  );
  if (result === 0) throw new Error(lastMessage('the file cannot be read to its end'));
  gdal.call('GDALClose', result);
}

function write(request: Extract<GdalRequest, { kind: 'write' }>): void {
  configure(request.config);
  gdal.fs.mkdirTree('/out');
  for (const [index, layer] of request.layers.entries()) writeLayer(request, layer, index);
  say({ kind: 'written', files: collectFiles('/out'), notes: gdal.takeNotes() });
}

function writeLayer(
  request: Extract<GdalRequest, { kind: 'write' }>,
  layer: WriteLayerRequest,
  index: number,
): void {
  placeFiles('/in', [
    { name: `layer${index}.csv`, bytes: layer.csv },
    { name: `layer${index}.csvt`, bytes: Buffer.from(layer.csvt) },
  ]);
  gdal.call('CPLSetConfigOption', 'OGR_CSV_MAX_LINE_SIZE', '-1');
  const openOptions = [
    'GEOM_POSSIBLE_NAMES=wkt_geometry',
    'KEEP_GEOM_COLUMNS=NO',
    'EMPTY_STRING_AS_NULL=YES',
  ];
  const source = gdal.withList(['CSV'], (drivers) =>
    gdal.withList(openOptions, (options) =>
      gdal.call('GDALOpenEx', `/in/layer${index}.csv`, OPEN_VECTOR, drivers, options, 0),
    ),
  );
  if (source === 0) throw new Error(lastMessage('the rows cannot be opened'));
  const args = [
    ...['-f', request.driver, '-nln', layer.name, '-nlt', layer.geometryType],
    ...(layer.geometryType === 'NONE' ? [] : ['-a_srs', layer.crs]),
    ...(index === 0 ? request.datasetOptions.flatMap((option) => ['-dsco', option]) : ['-update', '-append']),
    ...layer.layerOptions.flatMap((option) => ['-lco', option]),
  ];
  translate(`/out/${request.dataset}`, source, args);
  gdal.call('GDALClose', source);
  gdal.fs.unlink(`/in/layer${index}.csv`);
}

/** GDAL's last message, or `otherwise`. */
const lastMessage = (otherwise: string): string => gdal.text('CPLGetLastErrorMsg') || otherwise;

function placeFiles(root: string, files: readonly MemoryFile[]): void {
  gdal.fs.mkdirTree(root);
  for (const { name, bytes } of files) {
    const path = `${root}/${name}`;
    gdal.fs.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    gdal.fs.writeFile(path, bytes);
  }
}

function collectFiles(folder: string, inside = ''): MemoryFile[] {
  const { fs } = gdal;
  return fs.readdir(folder).flatMap((entry) => {
    if (entry === '.' || entry === '..') return [];
    const [path, name] = [`${folder}/${entry}`, `${inside}${entry}`];
    return fs.isDir(fs.stat(path).mode)
      ? collectFiles(path, `${name}/`)
      : [{ name, bytes: fs.readFile(path) }];
  });
}

/** A device that GDAL writes rows to: chunks go to the main thread, and the thread waits when it is too far ahead. */
function createPipe({ fs }: Gdal): { end(): void } {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  let sent = 0;
  const flush = (): void => {
    if (filled === 0) return;
    say({ kind: 'chunk', bytes: chunk.subarray(0, filled) }, [chunk.buffer as ArrayBuffer]);
    sent++;
    chunk = new Uint8Array(CHUNK_BYTES);
    filled = 0;
    for (let done = Atomics.load(taken, 0); sent - done >= CHUNKS_AHEAD; done = Atomics.load(taken, 0))
      Atomics.wait(taken, 0, done);
  };
  const device = fs.makedev(70, 0);
  fs.registerDevice(device, {
    open(stream) {
      stream.seekable = false;
    },
    write(_stream, buffer, offset, length) {
      for (let at = 0; at < length; ) {
        const part = Math.min(length - at, CHUNK_BYTES - filled);
        // an Int8Array: read as it is, byte by byte
        chunk.set(new Uint8Array(buffer.buffer, buffer.byteOffset + offset + at, part), filled);
        filled += part;
        at += part;
        if (filled === CHUNK_BYTES) flush();
      }
      return length;
    },
  });
  fs.mkdev('/dev/rows', device);
  return { end: flush };
}
