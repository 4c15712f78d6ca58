/** What a client of a standard would wait for first, tried before the service says it is ready. */
import type { Sql } from '../database/sql.js';
import { VersionMemory } from '../layers/query/layer-collections.js';
import { rehearseTiles, rehearseTilesOn } from '../ogc/tiles/rehearse-tiles.js';

/** Without a database. */
export const rehearseStandards = (): Promise<void> => rehearseTiles();

export const rehearseStandardsOn = (sql: Sql): Promise<void> => rehearseTilesOn(sql, new VersionMemory());
