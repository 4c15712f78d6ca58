/** Reads the versions that a check's answer and /readyz name; works before the first migration too. */
import type { DatabaseStatus, Sql } from './sql.js';

type Versions = Pick<DatabaseStatus, 'postgresql' | 'postgis' | 'geos' | 'schemaVersion'>;

export async function readStatus(sql: Sql): Promise<Versions> {
  const [found] = await sql.query<{ postgresql: string; hasPostgis: boolean; hasSchema: boolean }>(
    `select current_setting('server_version') as postgresql,
            to_regproc('postgis_geos_version') is not null as "hasPostgis",
            to_regclass('schema_migration') is not null as "hasSchema"`,
  );
  const { postgresql, hasPostgis, hasSchema } = found!;
  const [engine] = hasPostgis
    ? await sql.query<{ postgis: string; geos: string }>(
        'select postgis_lib_version() as postgis, postgis_geos_version() as geos',
      )
    : [];
  const [schema] = hasSchema
    ? await sql.query<{ version: number }>('select coalesce(max(number), 0) as version from schema_migration')
    : [];
  return {
    postgresql: postgresql.split(' ')[0]!,
    postgis: engine?.postgis ?? '',
    geos: engine?.geos ?? '',
    schemaVersion: schema?.version ?? 0,
  };
}
