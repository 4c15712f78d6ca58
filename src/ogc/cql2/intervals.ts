/** The temporal functions of CQL2 that stand between intervals only: an instant is a client's error (OGC 21-065r2 table 17). */
import type { Filter } from '../../layers/query/filter.js';

const between: ReadonlySet<string> = new Set([
  ...['T_CONTAINS', 'T_DURING', 'T_FINISHEDBY', 'T_FINISHES', 'T_MEETS', 'T_METBY'],
  ...['T_OVERLAPPEDBY', 'T_OVERLAPS', 'T_STARTEDBY', 'T_STARTS'],
]);

export const takesIntervals = (name: string): boolean => between.has(name.toUpperCase());

export const isInterval = (node: Filter): boolean => typeof node === 'object' && 'interval' in node;

export const onlyIntervals = (name: string): [zh: string, en: string] => [
  `${name} 的两个参数都应为 INTERVAL；单个日期或时间请用 T_INTERSECTS、T_BEFORE、T_AFTER 等`,
  `${name} takes two intervals; for a day or a time there are T_INTERSECTS, T_BEFORE, T_AFTER`,
];
