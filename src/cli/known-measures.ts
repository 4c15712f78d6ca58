/** What the coverage table of a rule pack may name: the measures that there are and the processes of supply. Here, since policy knows neither room. */
import { measureTable } from '../measures/measure-table.js';
import { supplyProcesses } from '../supply/supply-processes.js';

export const knownMeasures: ReadonlySet<string> = new Set([
  ...measureTable.map(({ id }) => id),
  ...supplyProcesses,
]);
