import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';

it('migrations are numbered from 1 without gaps and without doubles', () => {
  const files = readdirSync(join(packageRoot, 'migrations')).sort();
  expect(files.map((file) => file.slice(0, 5))).toEqual(
    files.map((_file, i) => `${String(i + 1).padStart(4, '0')}-`),
  );
});
