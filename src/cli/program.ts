/** The real parts behind the commands, as main.ts hands them to `run`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PATCHES, DEFAULT_SEED, generateCity } from '../../sample-data/generate-city.js';
import { packageRoot } from '../core/package-root.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import type { Config } from './config.js';
import { loadSampleCity } from './load-sample.js';
import { openService } from './open-service.js';
import type { Program } from './terminal.js';

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};

export const program: Program = {
  version,
  async openService(config, { loadSample, onProgress, warn }) {
    const service = await openService(config, warn);
    try {
      if (loadSample) await loadSampleCity(service, config.tempDir, onProgress);
      return service;
    } catch (error) {
      await service.close();
      throw error;
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
