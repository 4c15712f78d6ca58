/** Parcels as a table in some CRS, with what was submitted and nothing added: the form in which files are converted. */
import { type Crs, crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { type ExportField, type ExportLoss, type ExportTable, typeOf } from '../formats/export-table.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toLonLat } from '../geometry/planes.js';
import { toParcelPlane } from './locate-parcels.js';
import type { Parcel } from './parcel-types.js';
import { shownProperties } from './point-numbers.js';
import { ringsInCrs } from './rings-in-crs.js';

export function toParcelTable(parcels: readonly Parcel[], target: Crs): ExportTable {
  const names = new Set(parcels.flatMap(({ properties }) => Object.keys(properties)));
  const fields = [...names].map((name): ExportField => {
    const type = typeOf(parcels.map(({ properties }) => properties[name]));
    return { name, short: name, type, title: { zh: name, en: name } };
  });
  const idField = idFieldOf(parcels, [...names]);
  return {
    ...{ name: 'parcels', title: { zh: '地块', en: 'Parcels' }, epsg: target.epsg },
    fields: idField === undefined ? fields : [idField, ...fields],
    rows: parcels.map((parcel) => ({
      id: parcel.id,
      rings: ringsInCrs(parcel, target),
      values: { ...shownProperties(parcel), ...(idField && { [idField.name]: parcel.id }) },
    })),
  };
}

/** A number that stands in no attribute would be lost where a file has no place for it; one that we gave is none. */
function idFieldOf(parcels: readonly Parcel[], names: readonly string[]): ExportField | undefined {
  const stands = names.some((name) =>
    parcels.every(({ id, properties }) => String(properties[name] ?? id) === id),
  );
  if (stands || parcels.every(({ id }) => /^parcel-\d+$/.test(id))) return undefined;
  const taken = new Set(names.map((name) => name.toLowerCase()));
  let name = 'id';
  for (let n = 1; taken.has(name); n++) name = `id_${n}`;
  return { ...{ name, short: name, type: 'code' }, title: { zh: '编号', en: 'id' } };
}

export interface AreaChange {
  beforeM2: number;
  afterM2: number;
  losses: readonly ExportLoss[];
}

/**
 * Official ellipsoid areas of all parcels before and after. A straight edge of one plane is not quite straight in
 * another: on long edges the ground changes, and that is told from 0.01 m² on.
 */
export function areaChangeOf(parcels: readonly Parcel[], table: ExportTable): AreaChange {
  const target = crsTable.get(table.epsg!)!;
  let [beforeM2, afterM2, worst] = [0, 0, 0];
  let worstId = '';
  for (const [i, parcel] of parcels.entries()) {
    const before = officialAreaM2(parcel.plane, crsTable.get(parcel.planeEpsg)!);
    const { rings } = table.rows[i] ?? {};
    const after = rings ? areaOf(rings, target) : 0;
    beforeM2 += before;
    afterM2 += after;
    if (Math.abs(after - before) > worst) [worst, worstId] = [Math.abs(after - before), parcel.id];
  }
  return { beforeM2, afterM2, losses: worst < 0.01 ? [] : [areaChanged(worst, worstId)] };
}

function areaOf(rings: MultiPolygonRings, crs: Crs): number {
  const { plane, planeEpsg } = toParcelPlane(rings, toLonLat(rings, crs), crs);
  return officialAreaM2(plane, crsTable.get(planeEpsg)!);
}

const areaChanged = (worst: number, id: string): ExportLoss => ({
  code: 'area-changed',
  detail: {
    zh: `换坐标系（长边不再是同一条直线）或坐标取位使面积有变，最大 ${worst.toFixed(2)} ㎡（地块 ${id}）；需要时请先在长边上加点。`,
    en: `In another system long edges are no longer the same straight lines, or digits were rounded; areas change by up to ${worst.toFixed(2)} m² (parcel ${id}). Add points on long edges first where that matters.`,
  },
});
