/** What the command line answers to a script: one number for each verdict and each error code. */
import type { ErrorCode } from '../core/errors.js';
import type { Verdict } from '../policy/policy-types.js';

const BAD_INPUT = 3;
const INTERNAL = 4;

export const exitCodeOfVerdict: Readonly<Record<Verdict, 0 | 1 | 2>> = {
  clear: 0,
  attention: 1,
  prohibited: 1,
  undetermined: 2,
};

export const exitCodeOfError: Readonly<Record<ErrorCode, 3 | 4>> = {
  'bad-request': BAD_INPUT,
  'bad-json': BAD_INPUT,
  'bad-geojson': BAD_INPUT,
  'bad-parcel': BAD_INPUT,
  'bad-crs': BAD_INPUT,
  'outside-jurisdiction': BAD_INPUT,
  'unsupported-format': BAD_INPUT,
  'unknown-parameter': BAD_INPUT,
  'bad-parameter': BAD_INPUT,
  'too-large': BAD_INPUT,
  'bad-layer-file': BAD_INPUT,
  'bad-rule-pack': BAD_INPUT,
  'bad-input': BAD_INPUT,
  'not-found': BAD_INPUT,
  'method-not-allowed': BAD_INPUT,
  conflict: BAD_INPUT,
  unauthorized: BAD_INPUT,
  forbidden: BAD_INPUT,
  'bad-configuration': BAD_INPUT,
  'time-limit': INTERNAL,
  overloaded: INTERNAL,
  'database-unavailable': INTERNAL,
  'database-too-new': INTERNAL,
  'database-read-only': INTERNAL,
  'disk-full': INTERNAL,
  cancelled: INTERNAL,
  interrupted: INTERNAL,
  'statement-lost': INTERNAL,
  'measure-mismatch': INTERNAL,
  'self-check-failed': INTERNAL,
  internal: INTERNAL,
};
