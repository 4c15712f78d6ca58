/** Ids of the processes that compute measures of the policy documents, as the coverage table of a rule pack may name them. */
export const knownMeasures: ReadonlySet<string> = new Set([
  ...['range-change', 'containment', 'split-by-district', 'phases', 'parcel-split', 'quota', 'fee-table'],
  ...['plot-ratio', 'partial-registration', 'delivery-deadline', 'supplement-farmland', 'mixed-use'],
  ...['trim', 'siting', 'bundles', 'fragments'],
]);
