/** Every measure, as data. The doors (REST, command line, standard processes) show this table; nothing here knows them. */

import { archaeology } from './archaeology.js';
import { containment } from './containment.js';
import { deliveryDeadline } from './delivery-deadline.js';
import { feeTable } from './fee-table.js';
import { landClearance } from './land-clearance.js';
import type { Measure } from './measure-types.js';
import { miningGaps } from './mining-gaps.js';
import { mixedUse } from './mixed-use.js';
import { parcelSplit } from './parcel-split.js';
import { partialRegistration } from './partial-registration.js';
import { phasesMeasure } from './phases.js';
import { plotRatio } from './plot-ratio.js';
import { quota } from './quota.js';
import { rangeChange } from './range-change.js';
import { siting } from './siting.js';
import { splitByDistrict } from './split-by-district.js';
import { supplementFarmland } from './supplement-farmland.js';

import { trim } from './trim.js';

export const measureTable: readonly Measure[] = [
  rangeChange,
  containment,
  splitByDistrict,
  phasesMeasure,
  parcelSplit,
  quota,
  feeTable,
  plotRatio,
  partialRegistration,
  deliveryDeadline,
  supplementFarmland,
  mixedUse,
  landClearance,
  miningGaps,
  archaeology,
  trim,
  siting,
];

const byId: ReadonlyMap<string, Measure> = new Map(measureTable.map((measure) => [measure.id, measure]));

export const findMeasure = (id: string): Measure | undefined => byId.get(id);
