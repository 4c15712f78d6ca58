/** WFS requests in XML, as a careless program would spoil them: read as far as the SQL of their filter. */
import { AppError } from '../src/core/errors.js';
import type { FeatureTable, FieldType } from '../src/layers/query/feature-table.js';
import { lonLatCrs } from '../src/layers/query/literals.js';
import { filterToSql, Values } from '../src/layers/query/sql.js';
import { readFes } from '../src/ogc/wfs/fes.js';
import { readWfsRequest } from '../src/ogc/wfs/wfs-request.js';
import type { Complaint } from './oracles.js';

const field = (name: string, type: FieldType) => ({
  ...{ name, type, title: { zh: name, en: name } },
  sql: () => `t.${name.toLowerCase()}`,
});

/** A table with a field of every type. */
const table: FeatureTable = {
  ...{ tag: 'made', from: 'made t', geometry: 't.geom', key: [{ sql: 't.n', type: 'int' }] },
  id: () => "'dltb.' || t.n",
  readId: (id) => (/^dltb\.\d{1,9}$/.test(id) ? [Number(id.slice('dltb.'.length))] : undefined),
  writeId: ([n]) => `dltb.${n}`,
  fields: [
    ...[field('DLBM', 'string'), field('DLMC', 'string'), field('area_m2', 'number')],
    ...[field('PIECES', 'integer'), field('noise', 'boolean')],
    ...[field('data_date', 'date'), field('created_at', 'timestamp')],
  ],
};

/** Taken with SQL in which nothing of the request stands but names of the table, or refused with a code of OWS. */
export function judgeWfsRequest(body: Uint8Array): { accepted: boolean; complaint: Complaint } {
  try {
    const { filter } = readWfsRequest({
      ...{ method: 'POST', path: '/wfs', params: {}, query: [], headers: {}, body },
      ...{ base: 'http://localhost', language: 'en', signal: new AbortController().signal },
    });
    if (filter === undefined) return { accepted: true, complaint: undefined };
    const { bind } = new Values();
    const condition = readFes(filter, { table, checkPath: () => {}, readResourceId: (id) => id });
    const sql = filterToSql(condition, { table, crs: lonLatCrs, bind, polygons: [] });
    // every literal is bound: what is quoted in the text is ours
    const foreign = sql.replace(/'-?infinity'|'dltb\.'/g, '').includes("'");
    return { accepted: true, complaint: foreign ? `a literal stands in the SQL: ${sql}` : undefined };
  } catch (error) {
    if (!(error instanceof AppError))
      return { accepted: false, complaint: error instanceof Error ? error.stack : String(error) };
    const { ows, filter, unknownProperty, detail } = error.facts;
    const told = (ows ?? filter ?? unknownProperty) !== undefined && detail !== undefined;
    return {
      accepted: false,
      complaint: told ? undefined : `refused without a code of OWS: ${error.message}`,
    };
  }
}
