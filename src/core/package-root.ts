/** Finds the package's own folder and worker files, from the sources (tests) and from the build alike. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

function findRoot(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'onemap-precheck') return dir;
    if (dirname(dir) === dir) throw new Error(`package folder not found above ${from}`);
  }
}

/** Absolute path of the folder that holds package.json, migrations/ and sample-data/. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/**
 * URL of a worker thread's file beside the caller. Worker threads need JavaScript, so a caller that runs from
 * `src/` (under the test runner) gets the built file of the same name in `dist/src/`.
 */
export function workerFile(callerUrl: string, name: string): URL {
  const here = fileURLToPath(callerUrl);
  const inBuild = here.startsWith(join(packageRoot, 'dist'));
  const folder = dirname(here);
  const target = inBuild ? folder : join(packageRoot, 'dist', folder.slice(packageRoot.length));
  return pathToFileURL(join(target, `${name}.js`));
}
