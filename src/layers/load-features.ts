/**
 * Streams the features of a file into a staging version: read, repair, project, cut, write, one batch being written
 * while the next is prepared. Memory holds a few batches, whatever the size of the file.
 */
import { AppError, type Bilingual } from '../core/errors.js';
import type { Box } from '../core/geometry-types.js';
import type { Database } from '../database/sql.js';
import { boxOfFlat, countFlatVertices } from '../geometry/flat-rings.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { toLonLat } from '../geometry/planes.js';
import { createAreaTally } from './area-tally.js';
import type { LayerDefinition } from './catalogue.js';
import { type BoundedList, createTally, type DroppedFeature, type RepairedFeature } from './certificate.js';
import { type ImportWatch, throwIfCancelled } from './import-watch.js';
import { type LayerSource, openSource } from './open-source.js';
import { type PreparedFeature, prepareBatch, type SourceFeature } from './prepare-features.js';
import { type AttributeFacts, type AttributeOptions, createAttributeReader } from './read-attributes.js';
import { countDecimals, readShape } from './read-shape.js';
import {
  checkPlausible,
  choosePlaneZone,
  readCrsMember,
  resolveSourceCrs,
  type SourceCrs,
} from './source-crs.js';
import type { Staging } from './staging.js';
import type { TileEntry } from './tile-manifest.js';
import { chooseTileSize } from './tile-size.js';
import { type BufferedTile, createTileWriter, type TileWriter } from './tile-writer.js';
import { cutToPieces, type Piece, writeFeatures, writePieces } from './write-features.js';
import { createWriteLine } from './write-line.js';

const BATCH_FEATURES = 1000;
const BATCH_VERTICES = 100_000;
/** Features whose coordinates are looked at to find the resolution of the file. */
const RESOLUTION_SAMPLE = 500;

export interface LoadRequest extends AttributeOptions {
  layer: LayerDefinition;
  source: LayerSource;
  crs?: string | number;
  /** Import what is usable when features without usable shape have to be left out. */
  allowDropped: boolean;
}

export interface LoadedFeatures {
  sourceCrs: SourceCrs;
  planeZone: number;
  tileSizeM: number;
  resolutionM: number;
  sha256: string;
  featuresIn: number;
  featuresOut: number;
  vertices: number;
  pieces: number;
  tiles: TileEntry[];
  box: Box;
  repaired: BoundedList<RepairedFeature>;
  dropped: BoundedList<DroppedFeature>;
  attributes: AttributeFacts;
  areas: ReturnType<ReturnType<typeof createAreaTally>['facts']>;
}

export async function loadFeatures(
  parts: { db: Database; geos: GeosPool },
  staging: Staging,
  request: LoadRequest,
  watch: ImportWatch,
): Promise<LoadedFeatures> {
  const source = openSource(request.source);
  const loader = createLoader(parts, staging, request, watch);
  try {
    for await (const items of source.items) {
      throwIfCancelled(watch.signal);
      for (const item of items) {
        if (item.kind === 'feature') {
          if (loader.add(item.index + 1, item.feature)) await loader.flush();
        } else if (item.name === 'crs') loader.setCrsMember(readCrsMember(item.value));
      }
    }
    await loader.finish();
  } finally {
    // a write still under way must not outlive the import that would discard its rows
    await loader.settle();
  }
  return { ...loader.result(), sha256: source.sha256() };
}

interface Loader {
  setCrsMember(name: string | undefined): void;
  /** True when it is time to flush. */
  add(featureNo: number, raw: { geometry?: unknown; properties?: unknown }): boolean;
  /** Prepares what was added and puts it in the line to be written. */
  flush(): Promise<void>;
  finish(): Promise<void>;
  settle(): Promise<void>;
  result(): Omit<LoadedFeatures, 'sha256'>;
}

function createLoader(
  { db, geos }: { db: Database; geos: GeosPool },
  staging: Staging,
  request: LoadRequest,
  watch: ImportWatch,
): Loader {
  const attributes = createAttributeReader(request.layer, request);
  const repaired = createTally<RepairedFeature>();
  const dropped = createTally<DroppedFeature>();
  const areas = createAreaTally();
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const counts = { in: 0, out: 0, vertices: 0, pieces: 0, decimals: 0 };
  let member: string | undefined;
  let sourceCrs: SourceCrs | undefined;
  let ground: { planeZone: number; tiles: TileWriter; tileSizeM: number } | undefined;
  let batch: SourceFeature[] = [];
  let batchVertices = 0;
  const line = createWriteLine();

  const layGround = (crs: SourceCrs, first: readonly SourceFeature[]): number =>
    choosePlaneZone(crs.crs, centreLongitude(crs, first));

  const write = async (
    features: readonly PreparedFeature[],
    pieces: readonly Piece[],
    tiles: readonly BufferedTile[],
  ): Promise<void> => {
    throwIfCancelled(watch.signal);
    staging.check();
    counts.pieces += pieces.length;
    await db.transaction(async (tx) => {
      await writeFeatures(tx, staging.versionId, features);
      await writePieces(tx, staging.versionId, pieces);
    });
    await ground?.tiles.write(db, tiles);
  };

  const flush = async (): Promise<void> => {
    const current = batch;
    batch = [];
    batchVertices = 0;
    // a file that will be refused is still read to its end, so that all its faults come in one answer
    if (current.length === 0 || !sourceCrs || attributes.faults().total > 0) return;
    const planeZone = ground?.planeZone ?? layGround(sourceCrs, current);
    const prepared = await prepareBatch(geos, { crs: sourceCrs.crs, planeZone }, current);
    for (const feature of prepared.repaired) repaired.add(feature);
    for (const feature of prepared.dropped) dropped.add(feature);
    if (prepared.features.length === 0) return;
    if (!ground) {
      const tileSizeM = chooseTileSize(prepared.features);
      ground = { planeZone, tileSizeM, tiles: createTileWriter(staging.versionId, 'feature', tileSizeM) };
    }
    const { tiles } = ground;
    for (const feature of prepared.features) {
      tiles.add(feature.featureNo, feature.analysis);
      counts.out++;
      counts.vertices += countFlatVertices(feature.lonLat);
      growBox(box, boxOfFlat(feature.lonLat));
      const { featureNo, own, planeAreaM2 } = feature;
      areas.add({ featureNo, bsm: own.bsm, attributeAreaM2: own.attributeAreaM2, planeAreaM2 });
    }
    // cut while earlier batches are written
    const cutting = cutToPieces(geos, prepared.features);
    cutting.catch(() => undefined);
    const full = tiles.isFull() ? tiles.take() : [];
    await line.put(async () => write(prepared.features, await cutting, full));
    watch.report({ phase: 'features', features: counts.in });
  };

  return {
    setCrsMember(name) {
      if (sourceCrs && resolveSourceCrs(request.crs, name).crs.epsg !== sourceCrs.crs.epsg)
        throw crsAfterFeatures();
      member = name;
    },
    add(featureNo, raw) {
      sourceCrs ??= resolveSourceCrs(request.crs, member);
      counts.in++;
      const own = attributes.read(featureNo, raw.properties);
      const result = readShape(raw.geometry);
      if ('unusable' in result) {
        dropped.add({ featureNo, bsm: own.bsm, reason: result.unusable });
        return false;
      }
      const { rings, mended, vertices } = result.shape;
      checkPlausible(boxOfFlat(rings), sourceCrs, featureNo);
      if (counts.in <= RESOLUTION_SAMPLE) counts.decimals = Math.max(counts.decimals, countDecimals(rings));
      batch.push({ featureNo, own, rings, mended });
      batchVertices += vertices;
      return batch.length >= BATCH_FEATURES || batchVertices >= BATCH_VERTICES;
    },
    flush,
    async finish() {
      await flush();
      await line.finish();
      refuseIfUnfit(request, attributes.faults(), dropped.list(), counts.out);
      await ground?.tiles.write(db, ground.tiles.take());
    },
    settle: line.settle,
    result() {
      if (!ground || !sourceCrs) throw emptyLayer();
      const tiles = ground.tiles.entries();
      const degrees = sourceCrs.crs.kind === 'geographic';
      return {
        sourceCrs,
        planeZone: ground.planeZone,
        tileSizeM: ground.tileSizeM,
        // one degree of latitude is about 111,320 m
        resolutionM: 10 ** -counts.decimals * (degrees ? 111_320 : 1),
        featuresIn: counts.in,
        featuresOut: counts.out,
        vertices: counts.vertices,
        pieces: counts.pieces,
        tiles,
        box,
        repaired: repaired.list(),
        dropped: dropped.list(),
        attributes: attributes.facts(),
        areas: areas.facts(),
      };
    },
  };
}

function centreLongitude(source: SourceCrs, batch: readonly SourceFeature[]): number {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of batch) growBox(box, boxOfFlat(feature.rings));
  const centre: [number, number] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return toLonLat([[[centre]]], source.crs)[0]![0]![0]![0];
}

function growBox(box: [number, number, number, number], other: Box): void {
  box[0] = Math.min(box[0], other[0]);
  box[1] = Math.min(box[1], other[1]);
  box[2] = Math.max(box[2], other[2]);
  box[3] = Math.max(box[3], other[3]);
}

function refuseIfUnfit(
  request: LoadRequest,
  faults: BoundedList<NonNullable<AppError['facts']['errors']>[number]>,
  dropped: BoundedList<DroppedFeature>,
  kept: number,
): void {
  if (faults.total > 0) {
    throw badFile(
      `${faults.total} features with values that cannot be used`,
      {
        zh: `文件中有 ${faults.total} 个要素的属性不可用，导入已拒绝，原版本不变。${faults.items[0]?.detail.zh ?? ''}`,
        en: `${faults.total} features carry values that cannot be used; the import is refused and the old version stays. ${faults.items[0]?.detail.en ?? ''}`,
      },
      faults.items,
    );
  }
  if (dropped.total > 0 && !request.allowDropped) {
    const first = dropped.items[0]!;
    throw badFile(
      `${dropped.total} features without usable shape`,
      {
        zh: `有 ${dropped.total} 个要素的图形不可用（第一个：第 ${first.featureNo} 个要素，BSM ${first.bsm ?? '无'}，${first.reason}）。导入已拒绝；请修正，或用 allowDropped 明确同意舍弃它们（证书中会逐个列出）。`,
        en: `${dropped.total} features have no usable shape (the first: feature ${first.featureNo}, BSM ${first.bsm ?? 'none'}, ${first.reason}). The import is refused; correct them, or agree to leave them out with allowDropped (the certificate lists them).`,
      },
      dropped.items.map((item) => ({
        pointer: `/features/${item.featureNo - 1}/geometry`,
        code: 'unusable-geometry',
        detail: {
          zh: `第 ${item.featureNo} 个要素（BSM ${item.bsm ?? '无'}）图形不可用：${item.reason}`,
          en: `Feature ${item.featureNo} (BSM ${item.bsm ?? 'none'}) has no usable shape: ${item.reason}`,
        },
      })),
    );
  }
  if (kept === 0) throw emptyLayer();
}

function badFile(message: string, detail: Bilingual, errors?: AppError['facts']['errors']): AppError {
  return new AppError('bad-layer-file', message, errors ? { detail, errors } : { detail });
}

const emptyLayer = (): AppError =>
  badFile('the file holds no usable feature', {
    zh: '文件中没有可用的面要素，导入已拒绝，原版本不变。',
    en: 'The file holds no usable polygon; the import is refused and the old version stays.',
  });

const crsAfterFeatures = (): AppError =>
  new AppError('bad-crs', 'the crs member comes after the features', {
    detail: {
      zh: '文件的 crs 成员写在要素之后，且与读取时所用坐标系不同。请用导入参数 crs 指定坐标系。',
      en: 'The crs member stands after the features and differs from the CRS they were read in. Name the CRS with the option crs.',
    },
  });
