/**
 * Where fragments, project and hosts lie to each other, in one plane: within the project, beside it, or neither, which is
 * refused with every pointer.
 */
import { crsTable } from '../core/crs.js';
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';
import { edgesOf, overlapAreaM2, planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import { FORGIVEN_M, runLengthAlong } from './border-runs.js';
import { perimeterOf } from './compose-bundles.js';
import type { FragmentGround } from './fragment-ground.js';
import type { Fragment } from './fragment-types.js';
import { indexOutlines } from './index-boxes.js';
import { type Outlines, packOutlines } from './outlines.js';
import { createSupplyFaults } from './supply-faults.js';

export interface Actors {
  fragments: readonly Parcel[];
  /** Places in the file; undefined for fragments that were found. */
  places: readonly number[] | undefined;
  fragmentShapes: readonly MultiPolygonRings[];
  projects: readonly Parcel[];
  projectShapes: readonly MultiPolygonRings[];
  hosts: readonly Parcel[];
  hostShapes: readonly MultiPolygonRings[];
}

export interface Scene extends Actors {
  /** Fragments, then hosts, then projects, then all that is not project. */
  outlines: Outlines;
  positions: readonly Fragment['position'][];
  /** Unrounded ellipsoid area of the project's land; null without one. */
  projectM2: number | null;
  /** The land of all projects. */
  project: MultiPolygonRings;
  /** Places of the outlines whose boxes come within the tolerance of the one at a place, in order; itself left out. */
  near(place: number): number[];
  warnings: readonly ParcelWarning[];
}

/** Hosts of the scene by their place in the outlines. */
export const hostAt = (scene: Actors, place: number): number | undefined => {
  const n = place - scene.fragments.length;
  return n >= 0 && n < scene.hosts.length ? n : undefined;
};
export const projectPlace = (scene: Actors, n: number): number =>
  scene.fragments.length + scene.hosts.length + n;
/** Place of the ground beyond the project; only there when there is a project. */
export const beyondPlace = (scene: Actors): number => projectPlace(scene, scene.projects.length);

/** @throws AppError bad-parcel for every fragment that lies neither in the project nor beside it */
export async function drawScene({ parts, numbers }: FragmentGround, actors: Actors): Promise<Scene> {
  const { fragmentShapes, hostShapes, projectShapes } = actors;
  const project = projectShapes.length > 0 ? await parts.geos.union(projectShapes) : [];
  // what was found was cut to the range: it lies within, and no border of the range bounds it
  const isFound = actors.places === undefined;
  const beyond = project.length > 0 && !isFound ? [complementOf(project)] : [];
  const outlines = packOutlines([...fragmentShapes, ...hostShapes, ...projectShapes, ...beyond]);
  const scene = {
    ...actors,
    ...{ outlines, project, near: nearIn(outlines, numbers.gapToleranceM) },
    projectM2: project.length > 0 ? areaOf(actors.projects, project) : null,
  };
  if (isFound) return { ...scene, positions: actors.fragments.map(() => 'inside'), warnings: [] };
  const faults = createSupplyFaults(parts.limits.maxFaults);
  const warnings: ParcelWarning[] = [];
  const edges = edgesOf(project, outlines.originX, outlines.originY);
  const positions = actors.fragments.map((fragment, n): Fragment['position'] => {
    if (project.length === 0) return 'unknown';
    const shape = fragmentShapes[n]!;
    const pointer = `/features/${actors.places![n]}`;
    const within = overlapAreaM2(edgesOf(shape, outlines.originX, outlines.originY), edges);
    // a strip of the tolerance along half of the border: two drawings of one edge
    const strip = (numbers.gapToleranceM * perimeterOf(shape)) / 2 + 0.01;
    if (planarAreaM2(shape) - within <= strip) return 'inside';
    const beside = actors.projects.map((_, k) => projectPlace(actors, k));
    const edgeM = runLengthAlong(outlines, n, beside, numbers.gapToleranceM);
    if (within <= strip && edgeM >= numbers.minSharedEdgeM) {
      warnings.push(besideWarning(fragment.id, edgeM, pointer));
      return 'adjoining';
    }
    faults.add(
      `${pointer}/geometry`,
      'fragment-outside-project',
      outsideText(fragment.id, planarAreaM2(shape) - within),
    );
    return 'unknown';
  });
  faults.throwIfAny();
  return { ...scene, positions, warnings };
}

function nearIn(outlines: Outlines, withinM: number): Scene['near'] {
  const index = indexOutlines(outlines);
  const reach = withinM + FORGIVEN_M;
  return (place) => {
    const [x0, y0, x1, y1] = outlines.boxes.subarray(4 * place, 4 * place + 4) as unknown as Box;
    return index.search(x0 - reach, y0 - reach, x1 + reach, y1 + reach).filter((p) => p !== place);
  };
}

/** A single range has its own printed area; several are joined first, in the first one's zone. */
function areaOf(projects: readonly Parcel[], joined: MultiPolygonRings): number {
  const [first] = projects;
  const crs = crsTable.get(first!.planeEpsg)!;
  return officialAreaM2(projects.length === 1 ? first!.plane : joined, crs);
}

/** How far the ground beyond the project reaches, m: farther than any tolerance. */
const FAR_M = 1000;

/** A wide frame with the project cut out of it, and the project's holes as islands. */
function complementOf(project: MultiPolygonRings): MultiPolygonRings {
  const xs = project.flatMap((polygon) => polygon[0]!.map(([x]) => x));
  const ys = project.flatMap((polygon) => polygon[0]!.map(([, y]) => y));
  const least = (values: readonly number[]): number =>
    values.reduce((a, b) => Math.min(a, b), Infinity) - FAR_M;
  const most = (values: readonly number[]): number =>
    values.reduce((a, b) => Math.max(a, b), -Infinity) + FAR_M;
  const [x0, y0, x1, y1] = [least(xs), least(ys), most(xs), most(ys)];
  const frame = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
    [x0, y0],
  ] as const;
  return [
    [frame, ...project.map((polygon) => polygon[0]!)],
    ...project.flatMap((polygon) => polygon.slice(1).map((hole) => [hole])),
  ];
}

const outsideText = (id: string, outsideM2: number) => ({
  zh: `零星地块“${id}”既不在改造项目范围内，也不与其共边（范围外约 ${outsideM2.toFixed(2)} ㎡）；请核对项目范围或地块图形。`,
  en: `Fragment "${id}" lies neither within the project nor beside it (about ${outsideM2.toFixed(2)} m² outside). Check the range or the parcel.`,
});

const besideWarning = (id: string, edgeM: number, pointer: string): ParcelWarning => ({
  code: 'fragment-beside-project',
  pointer,
  detail: {
    zh: `零星地块“${id}”在项目范围之外，与其共边 ${edgeM.toFixed(2)} 米；计算占比时另行计入总面积。`,
    en: `Fragment "${id}" lies outside the project and shares ${edgeM.toFixed(2)} m of border with it; it is added to the total area.`,
  },
});
