/** The real parts behind the commands, as main.ts hands them to `run`. */
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PATCHES, DEFAULT_SEED, generateCity } from '../../sample-data/generate-city.js';
import { packageRoot } from '../core/package-root.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import type { Progress, Service } from '../http/service.js';
import type { Config } from './config.js';
import { loadSampleCity, makeSampleCity, type SampleCity } from './load-sample.js';
import { openConfiguredDatabase } from './open-configured-database.js';
import type { Program } from './terminal.js';

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};

const isFirstStart = (config: Config): boolean =>
  config.databaseUrl === undefined && !existsSync(config.dataDir);

async function loadInto(
  service: Service,
  makeCity: () => Promise<SampleCity>,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  try {
    await loadSampleCity(service, makeCity, onProgress);
  } catch (error) {
    await service.close();
    throw error;
  }
}

export const program: Program = {
  version,
  async openService(config, { loadSample, rehearse, onProgress, warn }) {
    let city: Promise<SampleCity> | undefined;
    const makeCity = (): Promise<SampleCity> => {
      city ??= makeSampleCity(config.tempDir, onProgress);
      return city;
    };
    const makesCity = loadSample && isFirstStart(config);
    const opening = openConfiguredDatabase(config, warn);
    opening.catch(() => undefined); // told by openService
    // a first start makes the city while the database is being made in its own thread: some seconds less to wait
    if (makesCity) makeCity().catch(() => undefined);
    try {
      // the rest of the program is loaded while the database starts
      const { openService } = await import('./open-service.js');
      const service = await openService(config, warn, { opening, rehearse: rehearse ?? false });
      if (loadSample) await loadInto(service, makeCity, onProgress);
      return service;
    } finally {
      const made = await city?.catch(() => undefined);
      if (made) await rm(made.folder, { recursive: true, force: true });
    }
  },
  async migrate(config: Config) {
    const { databaseUrl, dataDir } = config;
    const database = await openDatabase({ dataDir, ...(databaseUrl !== undefined && { url: databaseUrl }) });
    try {
      return await migrate(database);
    } finally {
      await database.close();
    }
  },
  async makeSample({ patches = DEFAULT_PATCHES, seed = DEFAULT_SEED, outDir }, onProgress) {
    const city = await generateCity({
      patches,
      seed,
      outDir,
      onProgress: (at) =>
        onProgress({ step: { zh: '生成图斑', en: 'making patches' }, done: at.patches, total: at.total }),
    });
    const names = [...city.layers.map((layer) => layer.file), 'coverage.geojson', 'city.json'];
    return { files: names.map((name) => join(outDir, name)), patches: city.patches, seed: city.seed };
  },
};
