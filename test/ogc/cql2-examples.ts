/** The example texts of the CQL2 standard, each with a table that has the properties it speaks of. */
import { readFileSync } from 'node:fs';
import type { FeatureTable, FieldType } from '../../src/layers/query/feature-table.js';
import type { Filter } from '../../src/layers/query/filter.js';
import { readCql2Json } from '../../src/ogc/cql2/read-json.js';
import { readCql2Text } from '../../src/ogc/cql2/read-text.js';

export interface Cql2Example {
  name: string;
  text: string;
  json: Filter;
  /** Of the properties. */
  types: Readonly<Record<string, FieldType | 'geometry'>>;
  /** Functions that are of no class we declare. */
  beyond?: readonly string[];
}

export const { examples: cql2Examples } = JSON.parse(
  readFileSync(new URL('../cases/ogc/cql2-examples.json', import.meta.url), 'utf8'),
) as { examples: Cql2Example[] };

const sqlTypes: Readonly<Record<FieldType, string>> = {
  ...{ string: 'text', number: 'float8', integer: 'int', boolean: 'boolean', date: 'date' },
  timestamp: 'timestamptz',
};

/** Text and JSON as filters whose geometry has the name that ours have. */
export const bothWays = ({ text, json, types }: Cql2Example): Filter[] => {
  const shapes = Object.keys(types).filter((name) => types[name] === 'geometry');
  const renamed = (filter: Filter): Filter =>
    JSON.parse(JSON.stringify(filter), (key, value) =>
      key === 'property' && shapes.includes(value) ? 'geom' : value,
    );
  return [readCql2Text(text), readCql2Json(JSON.stringify(json))].map(renamed);
};

/** A table of one row without a value. */
export function exampleTable({ types }: Cql2Example): FeatureTable {
  const fields = Object.entries(types).filter(
    (entry): entry is [string, FieldType] => entry[1] !== 'geometry',
  );
  const columns = fields.map(([, type], i) => `null::${sqlTypes[type]} as c${i}`);
  return {
    tag: 't',
    from: `(select ${[...columns, '1 as n', 'null::geometry as geom'].join(', ')}) t`,
    geometry: 't.geom',
    key: [{ sql: 't.n', type: 'int' }],
    id: () => 't.n',
    readId: () => undefined,
    writeId: () => '',
    fields: fields.map(([name, type], i) => ({
      name,
      type,
      title: { zh: '', en: '' },
      sql: () => `t.c${i}`,
    })),
  };
}
