/** One input of every measure with the answer it really got, read from `examples/`: what the doors show. A test runs them again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../core/package-root.js';
import type { MeasureAnswer } from './measure-types.js';

export interface MeasureExample {
  input: Readonly<Record<string, unknown>>;
  /** Texts in both languages. */
  answer: MeasureAnswer;
}

// Same folder from the sources and from the build: the compiler does not copy JSON, the package carries it.
export const exampleFolder = join(packageRoot, 'src', 'measures', 'examples');

const read = new Map<string, MeasureExample>();

export function exampleOf(measureId: string): MeasureExample {
  let example = read.get(measureId);
  if (!example) {
    example = JSON.parse(readFileSync(join(exampleFolder, `${measureId}.json`), 'utf8')) as MeasureExample;
    read.set(measureId, example);
  }
  return example;
}
