/** The processes on offer. A new capability adds its line here. */
import { echo } from './echo.js';
import { parcelCheck } from './parcel-check.js';
import type { Process } from './process-types.js';

/** `echo`: the process that the test suite of OGC drives; of no use to anybody else. */
export const processTable = (options: { echo: boolean }): readonly Process[] => [
  parcelCheck,
  ...(options.echo ? [echo] : []),
];
