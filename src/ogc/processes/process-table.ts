/** The processes on offer. A new capability adds its line here; a new measure of the table is a process without one. */
import { measureTable } from '../../measures/measure-table.js';
import { echo } from './echo.js';
import { measureProcess } from './measure-processes.js';
import { parcelCheck } from './parcel-check.js';
import type { Process } from './process-types.js';
import { fragments, supplyBundles } from './supply-processes.js';

/** `echo`: the process that the test suite of OGC drives; of no use to anybody else. */
export const processTable = (options: { echo: boolean }): readonly Process[] => [
  parcelCheck,
  supplyBundles,
  fragments,
  ...measureTable.map(measureProcess),
  ...(options.echo ? [echo] : []),
];
