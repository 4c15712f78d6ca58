/**
 * Where fragments, project and hosts lie to each other, in one plane: within the project, beside it, or neither, which is
 * refused with every pointer.
 */
import { crsTable, zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { edgesOf, overlapAreaM2, planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toLonLat } from '../geometry/planes.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import { runLengthAlong } from './border-runs.js';
import { perimeterOf } from './compose-bundles.js';
import type { FragmentGround } from './fragment-ground.js';
import type { Fragment } from './fragment-types.js';
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
  warnings: readonly ParcelWarning[];
}

export const hostPlace = (scene: Actors, n: number): number => scene.fragments.length + n;
export const projectPlace = (scene: Actors, n: number): number =>
  scene.fragments.length + scene.hosts.length + n;
/** Place of the ground beyond the project; only there when there is a project. */
export const beyondPlace = (scene: Actors): number => projectPlace(scene, scene.projects.length);

/** A piece of ground as the overlay takes it. */
export const asParcel = (plane: MultiPolygonRings, planeEpsg: number, id: string): Parcel => ({
  id,
  name: null,
  landUse: null,
  properties: {},
  sourceEpsg: planeEpsg,
  source: plane,
  lonLat: toLonLat(plane, zoneCrs(planeEpsg - 4488)),
  plane,
  planeEpsg,
  resolutionM: 0.001,
  warnings: [],
});

/** @throws AppError bad-parcel for every fragment that lies neither in the project nor beside it */
export async function drawScene({ parts, numbers }: FragmentGround, actors: Actors): Promise<Scene> {
  const { fragmentShapes, hostShapes, projectShapes } = actors;
  const project = projectShapes.length > 0 ? await parts.geos.union(projectShapes) : [];
  const beyond = project.length > 0 ? [complementOf(project)] : [];
  const outlines = packOutlines([...fragmentShapes, ...hostShapes, ...projectShapes, ...beyond]);
  const faults = createSupplyFaults(parts.limits.maxFaults);
  const warnings: ParcelWarning[] = [];
  const positions = actors.fragments.map((fragment, n): Fragment['position'] => {
    if (project.length === 0) return 'unknown';
    const shape = fragmentShapes[n]!;
    const pointer = actors.places ? `/features/${actors.places[n]}` : '';
    const within = overlapOf(shape, project);
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
  return {
    ...actors,
    outlines,
    positions,
    projectM2: project.length > 0 ? areaOf(actors.projects, project) : null,
    warnings,
  };
}

/** A single range has its own printed area; several are joined first, in the first one's zone. */
function areaOf(projects: readonly Parcel[], joined: MultiPolygonRings): number {
  const [first] = projects;
  const crs = crsTable.get(first!.planeEpsg)!;
  return officialAreaM2(projects.length === 1 ? first!.plane : joined, crs);
}

function overlapOf(a: MultiPolygonRings, b: MultiPolygonRings): number {
  const [x, y] = a[0]![0]![0]!;
  return overlapAreaM2(edgesOf(a, x, y), edgesOf(b, x, y));
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
