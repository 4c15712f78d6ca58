/** The rows of the land-use layer as any database administrator would lay them out, for the peers of the services part. */
import pg from 'pg';
import type { Box } from '../src/core/geometry-types.js';

/** The columns of the table beside `fid` and `geom`; the same are asked of us. */
const TEXTS = 'BSM,TBBH,DLBM,DLMC,QSXZ,QSDWDM,QSDWMC,ZLDWDM,ZLDWMC,GDLX,GDPDJB,ZZSXDM,CZCSXM,SJNF'.split(',');
const NUMBERS = 'TBMJ,KCXS,KCMJ,TBDLMJ'.split(',');
export const peerFields: readonly string[] = [...TEXTS, ...NUMBERS];

export interface PeerTable {
  /** libpq words. */
  words: Readonly<Record<string, string>>;
  connection: string;
  /** A from-item that gives the rows in the order of `fid`. */
  sorted: string;
  extent: Box;
}

const NAME = 'bench_dltb';

/** Typed columns, a key, a spatial index. */
export async function makePeerTable(url: string, extent: Box): Promise<PeerTable> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const columns = [
      ...TEXTS.map((name) => `attributes ->> '${name}' as ${name.toLowerCase()}`),
      ...NUMBERS.map((name) => `(attributes ->> '${name}')::float8 as ${name.toLowerCase()}`),
    ];
    await client.query(`drop table if exists ${NAME}`);
    await client.query(`create table ${NAME} as select feature_no as fid, ${columns.join(', ')}, geom from layer_feature
      where version_id = (select version_id from layer_version where layer_id = 'dltb' and status = 'active') order by feature_no`);
    await client.query(`alter table ${NAME} add primary key (fid)`);
    await client.query(`create index on ${NAME} using gist (geom)`);
    await client.query(`analyze ${NAME}`);
  } finally {
    await client.end();
  }
  const words = wordsOf(url);
  const connection = Object.entries(words)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return { words, connection, sorted: `(select * from ${NAME} order by fid)`, extent };
}

/** A postgres:// URL as libpq words, sockets included. */
function wordsOf(url: string): Record<string, string> {
  const { searchParams, hostname, port, pathname, username, password } = new URL(url);
  return {
    dbname: pathname.slice(1),
    host: searchParams.get('host') ?? hostname,
    ...(port !== '' && { port }),
    user: username || 'postgres',
    ...(password !== '' && { password }),
  };
}
