/**
 * Makes the made-up city: all layers as GeoJSON files in EPSG:4490, row of blocks by row of blocks, so that a million
 * patches need no more memory than one row. The same patch count and seed give the same bytes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MultiPolygonRings, PolygonRings, Position } from '../src/core/geometry-types.js';
import { roundHalfUp, toM2 } from '../src/core/units.js';
import { officialAreaM2 } from '../src/geometry/official-area.js';
import {
  DATA_DATES,
  patchAttributes,
  permanentAttributes,
  plannedAttributes,
  redLineAttributes,
  townAttributes,
  townOfBlock,
  zoneAttributes,
} from './attributes.js';
import type { Patch } from './block-patches.js';
import { type CityPlan, planCity } from './city-plan.js';
import { layCorridors } from './corridors.js';
import { counties, TOWN_WITHOUT_DATA_DEPTH_M, townWithoutData } from './districts.js';
import { LAB_ORIGIN, labIsland } from './laboratory.js';
import { appendEdge, layStrip } from './lattice.js';
import { redLineKind } from './red-lines.js';
import { smoothCorners } from './smooth-corners.js';
import {
  blockQuotas,
  islandPatch,
  type LabelBook,
  labelStrip,
  newLabelBook,
  zoneOfLabel,
} from './strip-labels.js';
import { newTracer, polygonsOf, type Region, readStrip, type Tracer, takeFinished } from './trace-regions.js';
import { type FeatureWriter, openFeatureWriter, planeCrs } from './write-features.js';

export const DEFAULT_PATCHES = 4_000;
export const DEFAULT_SEED = 20_250_127;

export interface CityOptions {
  /** 2,000 to 1,000,000; exactly so many patches are made. */
  patches: number;
  /** Integer; another seed, another city. The laboratory is the same in all. */
  seed: number;
  /** Folder for the files; made if missing, files of the same names are replaced. */
  outDir: string;
  /** Points between two nodes on every border, 0 to 3; 1 gives about 40 vertices a patch. */
  edgePoints?: number;
  onProgress?: (progress: { patches: number; total: number }) => void;
}

export interface CityLayer {
  /** Layer id of the product: `dltb`, `czkfbj` … */
  id: string;
  file: string;
  kind: 'partition' | 'cover';
  dataDate: string;
  /** File with the declared coverage, or `own-union` for a layer that covers what it covers. */
  coverage: string;
  features: number;
}

export interface CitySummary {
  patches: number;
  seed: number;
  crs: 'EPSG:4490';
  planeCrs: 'EPSG:4526';
  /** Sum of TBMJ over all patches, m². */
  areaM2: number;
  vertices: number;
  counties: readonly { code: string; name: string }[];
  towns: number;
  layers: readonly CityLayer[];
}

const layerNames = ['dltb', 'xzq', 'czkfbj', 'stbhhx', 'yjjbnt', 'ghydyh', 'coverage'] as const;
type LayerName = (typeof layerNames)[number];

interface Work {
  plan: CityPlan;
  book: LabelBook;
  writers: Record<LayerName, FeatureWriter>;
  tracers: Record<Exclude<LayerName, 'yjjbnt'>, Tracer>;
  areaCents: number;
  vertices: number;
}

/** Writes the city into `outDir` and returns what `city.json` says. Throws RangeError for arguments out of range. */
export async function generateCity(options: CityOptions): Promise<CitySummary> {
  const plan = planCity(options.patches, options.seed, options.edgePoints);
  const corridors = layCorridors(plan);
  const quotas = blockQuotas(plan, corridors);
  const work = await startWork(plan, newLabelBook(corridors), options.outDir);
  for (let by = 0; by < plan.blocksY; by++) {
    const labels = labelStrip(plan, corridors, quotas, by, work.book);
    const columnCount = plan.columns.block.length;
    const borders = [labels.patch, labels.redLine];
    const { shiftX, shiftY } = smoothCorners(plan, labels.row0, borders, labels.rowCount, columnCount);
    const strip = layStrip(plan, by, shiftX, shiftY);
    const last = by === plan.blocksY - 1;
    const sources = {
      dltb: labels.patch,
      xzq: labels.town,
      czkfbj: labels.zone,
      stbhhx: labels.redLine,
      ghydyh: labels.planned,
      coverage: new Int32Array(labels.patch.length).fill(1),
    };
    for (const [name, cells] of Object.entries(sources) as [keyof typeof sources, Int32Array][]) {
      readStrip(work.tracers[name], cells, columnCount, labels.row0, last, (i, j, along, backwards, into) =>
        appendEdge(plan, strip, i, j, along, backwards, into),
      );
    }
    writeFinished(work);
    for (const writer of Object.values(work.writers)) await writer.flush();
    options.onProgress?.({ patches: work.writers.dltb.count, total: plan.patches });
  }
  writeWhole(work);
  for (const writer of Object.values(work.writers)) await writer.close();
  const summary = summarize(work);
  await writeFile(join(options.outDir, 'city.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

async function startWork(plan: CityPlan, book: LabelBook, outDir: string): Promise<Work> {
  await mkdir(outDir, { recursive: true });
  const writers = {} as Record<LayerName, FeatureWriter>;
  for (const name of layerNames) {
    writers[name] = await openFeatureWriter(join(outDir, `${name}.geojson`), name.toUpperCase());
  }
  const tracers = {
    dltb: newTracer(),
    xzq: newTracer(),
    czkfbj: newTracer(),
    stbhhx: newTracer(),
    ghydyh: newTracer(),
    coverage: newTracer(),
  };
  return { plan, book, writers, tracers, areaCents: 0, vertices: 0 };
}

const shapeOf = ({ plan }: Work, region: Region): PolygonRings[] =>
  polygonsOf(region, plan.edgePoints, plan.columns.block.length + 1);

const areaOf = (polygons: MultiPolygonRings): number => toM2(officialAreaM2(polygons, planeCrs));

/** Layers whose features are one connected piece, or lie in one row of blocks. */
function writeFinished(work: Work): void {
  const { plan, book, tracers, writers } = work;
  for (const region of takeFinished(tracers.dltb)) {
    writePatch(work, book.patches.get(region.label)!, shapeOf(work, region));
    book.patches.delete(region.label);
  }
  for (const region of takeFinished(tracers.ghydyh)) {
    const { block, code } = book.planned.get(region.label)!;
    const shape = shapeOf(work, region);
    writers.ghydyh.write(
      plannedAttributes(townOfBlock(plan, block), code, writers.ghydyh.count + 1, areaOf(shape)),
      shape,
    );
    book.planned.delete(region.label);
  }
  for (const region of takeFinished(tracers.xzq)) {
    const shape = shapeOf(work, region);
    const town = plan.towns[region.label - 1]!;
    writers.xzq.write(townAttributes(town, writers.xzq.count + 1, areaOf(shape)), shape);
  }
}

function writePatch(work: Work, patch: Patch, shape: readonly PolygonRings[]): void {
  const island = islandPatch(work.plan);
  if (patch.lab === island.parent) {
    const [x0, y0, x1, y1] = labIsland.box;
    const [x, y] = [LAB_ORIGIN.x, LAB_ORIGIN.y];
    const hole = (
      [
        [x0, y0],
        [x0, y1],
        [x1, y1],
        [x1, y0],
        [x0, y0],
      ] as const
    ).map(([u, v]) => [x + u, y + v] as const);
    writeOnePatch(work, patch, [[...shape[0]!, hole]]);
    writeOnePatch(work, island.patch, [[[...hole].reverse()]]);
    return;
  }
  writeOnePatch(work, patch, shape);
}

function writeOnePatch(work: Work, patch: Patch, shape: MultiPolygonRings): void {
  const { plan, writers } = work;
  const area = areaOf(shape);
  const serial = writers.dltb.count + 1;
  writers.dltb.write(patchAttributes(plan, patch, serial, area), shape);
  work.areaCents += Math.round(area * 100);
  for (const polygon of shape) for (const ring of polygon) work.vertices += ring.length - 1;
  if (!patch.permanent) return;
  writers.yjjbnt.write(permanentAttributes(plan, patch, writers.yjjbnt.count + 1, serial, area), shape);
}

/** Layers whose features may have parts far from each other. */
function writeWhole(work: Work): void {
  const { plan, book, tracers, writers } = work;
  const finish = (tracer: Tracer): Region[] => [...tracer.regions.values()].sort((a, b) => a.label - b.label);
  for (const region of finish(tracers.czkfbj)) {
    const shape = shapeOf(work, region);
    const town = townOfBlock(plan, book.homes.zone.get(region.label)!);
    const zone = zoneOfLabel(region.label);
    writers.czkfbj.write(zoneAttributes(town, zone, writers.czkfbj.count + 1, areaOf(shape)), shape);
  }
  for (const region of finish(tracers.stbhhx)) {
    const shape = shapeOf(work, region);
    const town = townOfBlock(plan, book.homes.redLine.get(region.label)!);
    const kind = redLineKind(region.label);
    writers.stbhhx.write(redLineAttributes(town, kind, writers.stbhhx.count + 1, areaOf(shape)), shape);
  }
  for (const region of finish(tracers.coverage)) {
    const shape = shapeOf(work, region);
    writers.coverage.write({ MC: '样例市数据覆盖范围', MJ: areaOf(shape) }, shape);
    const south = southOf(shape);
    writers.xzq.write(townAttributes(townWithoutData, writers.xzq.count + 1, areaOf(south)), south);
  }
}

/** The strip south of the city, on the very vertices of its south edge: from the south-west to the south-east corner. */
function southOf(city: MultiPolygonRings): MultiPolygonRings {
  const outline = city[0]![0]!.slice(1);
  const cornerBy = (rank: (p: Position) => number): number =>
    outline.reduce((best, p, i) => (rank(p) < rank(outline[best]!) ? i : best), 0);
  const west = cornerBy(([x, y]) => x + y);
  const east = cornerBy(([x, y]) => y - x);
  const edge =
    east >= west ? outline.slice(west, east + 1) : [...outline.slice(west), ...outline.slice(0, east + 1)];
  const y = roundHalfUp(Math.min(...edge.map((p) => p[1])) - TOWN_WITHOUT_DATA_DEPTH_M, 3);
  const south = [
    [edge[0]![0], y],
    [edge.at(-1)![0], y],
  ] as const;
  return [[[...south, ...edge.reverse(), south[0]]]];
}

function summarize({ plan, writers, areaCents, vertices }: Work): CitySummary {
  const layer = (
    id: Exclude<LayerName, 'coverage'>,
    kind: 'partition' | 'cover',
    dataDate: string,
  ): CityLayer => ({
    id,
    file: `${id}.geojson`,
    kind,
    dataDate,
    coverage: kind === 'partition' ? 'own-union' : 'coverage.geojson',
    features: writers[id].count,
  });
  return {
    patches: plan.patches,
    seed: plan.seed,
    crs: 'EPSG:4490',
    planeCrs: 'EPSG:4526',
    areaM2: areaCents / 100,
    vertices,
    counties,
    towns: plan.towns.length,
    layers: [
      layer('xzq', 'partition', DATA_DATES.survey),
      layer('dltb', 'partition', DATA_DATES.survey),
      layer('czkfbj', 'cover', DATA_DATES.lines),
      layer('stbhhx', 'cover', DATA_DATES.lines),
      layer('yjjbnt', 'cover', DATA_DATES.lines),
      { ...layer('ghydyh', 'partition', DATA_DATES.lines), coverage: 'own-union' },
    ],
  };
}
