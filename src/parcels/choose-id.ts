/** Ids for parcels of tables, where a column called `id` is often the zeros that a program filled it with. */
import type { VectorFeature } from '../formats/vector-types.js';
import { fieldAliases } from './name-parcels.js';
import { parcelWarning } from './parcel-faults.js';
import type { ParcelWarning } from './parcel-types.js';

/**
 * Ids only where the plain column `id` must not be one: the next column that is known, else the feature's place.
 * Elsewhere undefined: `nameParcels` finds them.
 */
export function chooseId(features: readonly VectorFeature[]): {
  ids: readonly (string | undefined)[];
  warnings: ParcelWarning[];
} {
  const none = { ids: features.map(() => undefined), warnings: [] };
  const columns = Object.keys(features[0]?.properties ?? {});
  const plain = columns.find((name) => name.toLowerCase() === 'id');
  if (plain === undefined || isUnique(features, plain)) return none;
  const other = fieldAliases.id
    .slice(1)
    .map((alias) => columns.find((name) => name.toLowerCase() === alias.toLowerCase()))
    .find((name) => name !== undefined && features.some(({ properties }) => properties[name] !== null));
  const idOf = ({ properties, place }: VectorFeature): string => {
    const value = other === undefined ? null : properties[other];
    return value === null || value === undefined ? place : String(value);
  };
  const used = other ?? features[0]!.place.replace(/ .*/, '');
  return { ids: features.map(idOf), warnings: [parcelWarning('id-not-unique', { field: plain, used })] };
}

function isUnique(features: readonly VectorFeature[], column: string): boolean {
  const values = features.map(({ properties }) => properties[column]);
  // a single 0 is what a program fills in as well
  return new Set(values).size === values.length && !(values.length === 1 && Number(values[0]) === 0);
}
