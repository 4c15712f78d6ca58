/** Writes the answer of an example anew (UPDATE_MEASURE_EXAMPLES=1): look at the difference before it is kept. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleFolder } from '../../src/measures/measure-examples.js';

export function writeExample(id: string, answer: unknown): void {
  const path = join(exampleFolder, `${id}.json`);
  const { input } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, `${JSON.stringify({ input, answer }, null, 2)}\n`);
}
