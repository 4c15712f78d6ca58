/** The sample city in the test database, imported as the program does it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCity } from '../../sample-data/generate-city.js';
import { loadSampleCity, makeSampleCity } from '../../src/cli/load-sample.js';
import type { Database } from '../../src/database/sql.js';
import type { GeosPool } from '../../src/geometry/geos-pool.js';
import type { Service } from '../../src/http/service.js';
import { importLayer } from '../../src/layers/import-layer.js';
import { resetTables } from '../database/test-database.js';

/** Empties the database and imports every layer of the city; a small one has the same laboratory and fewer patches around. */
export async function loadTestCity(
  db: Database,
  geos: GeosPool,
  size: 'full' | 'small' = 'full',
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'onemap-city-'));
  try {
    await resetTables(db);
    await loadSampleCity(
      importingService(db, geos),
      () => (size === 'full' ? makeSampleCity(folder, () => {}) : makeSmallCity(folder)),
      () => {},
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const makeSmallCity = async (folder: string) => {
  const { layers } = await generateCity({ patches: 2000, seed: 1, outDir: folder });
  return { layers, folder };
};

/** What loading the sample needs of the service, on the test database. */
const importingService = (db: Database, geos: GeosPool): Service =>
  ({
    listLayers: async () => [],
    async importLayer(layerId, { path, name }, { dataDate, coverage }) {
      const polygonFile = coverage && 'polygonFile' in coverage ? coverage.polygonFile : undefined;
      const imported: unknown = await importLayer(
        { db, geos },
        {
          layerId,
          source: path,
          sourceFileName: name,
          ...(dataDate !== undefined && { dataDate }),
          ...(polygonFile !== undefined && {
            coverage: { kind: 'polygon', geojson: JSON.parse(readFileSync(polygonFile, 'utf8')) },
          }),
        },
      );
      // the loader looks at nothing of it
      return imported as Awaited<ReturnType<Service['importLayer']>>;
    },
  }) as Pick<Service, 'listLayers' | 'importLayer'> as Service;
