/** What a rule reads: its measures, and through them layers and class tables. */
import type { Rule, RuleMeasure } from './rule-pack-types.js';

/** Every measure of a rule with its place in it. */
export const measuresRead = ({ measure, when }: Rule): { measure: RuleMeasure; at: string }[] => [
  { measure, at: 'measure' },
  ...(when.against ? [{ measure: when.against.measure, at: 'when/against/measure' }] : []),
];

export const layersRead = (rules: readonly Rule[]): Set<string> =>
  new Set(
    rules.flatMap(measuresRead).flatMap(({ measure }) => (measure.kind === 'parcel' ? [] : [measure.layer])),
  );

export const tablesRead = (rules: readonly Rule[]): Set<string> =>
  new Set(
    rules.flatMap((rule) => [
      ...measuresRead(rule).flatMap(({ measure }) => ('table' in measure ? [measure.table] : [])),
      ...(rule.breakdown ? [rule.breakdown.table] : []),
    ]),
  );
