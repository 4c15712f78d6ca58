/** A TXT document as the GeoJSON that the parcels room reads, and the way back from a JSON pointer to a line. */
import type { MultiPolygonGeometry } from '../core/geometry-types.js';
import type { TxtDocument, TxtParcel } from './txt-types.js';

export interface TxtCollection {
  type: 'FeatureCollection';
  /** GeoJSON 2008 member, only where the file says its CRS. */
  crs?: { type: 'name'; properties: { name: string } };
  features: readonly {
    type: 'Feature';
    id?: string;
    geometry: MultiPolygonGeometry;
    properties: Readonly<Record<string, unknown>>;
  }[];
}

export function toFeatureCollection({ crs, parcels }: TxtDocument): TxtCollection {
  return {
    type: 'FeatureCollection',
    ...(crs !== undefined && {
      crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${crs}` } },
    }),
    features: parcels.map(toFeature),
  };
}

/** 界址点号 go along as one property, in the shape of the coordinates. */
function toFeature({ id, rings, attributes, pointNumbers }: TxtParcel): TxtCollection['features'][number] {
  return {
    type: 'Feature',
    ...(id !== undefined && { id }),
    geometry: { type: 'MultiPolygon', coordinates: rings },
    properties: { ...attributes, 界址点号: pointNumbers },
  };
}

/** Decimals as written, by feature index. */
export const decimalsOf = ({ parcels }: TxtDocument): ReadonlyMap<number, number> =>
  new Map(parcels.map(({ decimals }, index) => [index, decimals]));

const intoFeatures =
  /^\/features\/(\d+)(?:\/geometry(?:\/coordinates(?:\/(\d+)(?:\/(\d+)(?:\/(\d+))?)?)?)?)?/;

/** `/features/0/geometry/coordinates/0/1/5` → `line 27`. What is no place in the file (`?crs`) stays as it is. */
export function lineOfPointer(pointer: string, { parcels, crsLine }: TxtDocument): string {
  if (!pointer.startsWith('/') && pointer !== '') return pointer;
  const [, feature, part, ring, vertex] = (intoFeatures.exec(pointer) ?? []).map((text) =>
    text === undefined ? undefined : Number(text),
  ) as (number | undefined)[];
  const parcel = feature === undefined ? undefined : parcels[feature];
  if (!parcel) return `line ${pointer === '/features' ? (parcels[0]?.line ?? 1) : crsLine}`;
  const lines = part === undefined ? undefined : parcel.lines[part]?.[ring ?? 0];
  return `line ${lines?.[vertex ?? 0] ?? parcel.line}`;
}
