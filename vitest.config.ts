import { defineConfig } from 'vitest/config';

// The suffix of a test file says what it needs: .test.ts nothing, .db.test.ts a database (embedded, or the
// server of TEST_DATABASE_URL), .gdal.test.ts GDAL's own programs (skipped without), .journey.test.ts the built program.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/**/*.db.test.ts',
            'test/**/*.journey.test.ts',
            'test/**/*.gdal.test.ts',
            'test/**/*.clients.test.ts',
          ],
          // a busy machine must not fail a property of a thousand cases
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['test/**/*.db.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // one process for all files: one embedded instance is started and shared
          pool: 'forks',
          isolate: false,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'gdal',
          include: ['test/**/*.gdal.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'journey',
          include: ['test/**/*.journey.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      // GDAL and QGIS from Debian: only where they are installed and asked for (.ci/run)
      ...(process.env.DESKTOP_CLIENTS === undefined
        ? []
        : [
            {
              test: {
                name: 'clients',
                include: ['test/**/*.clients.test.ts'],
                testTimeout: 300_000,
                hookTimeout: 180_000,
              },
            },
          ]),
    ],
  },
});
