/** The one error of the product and its closed list of codes. Edge tables (HTTP, exit codes) live at the doors. */

export type ErrorCode =
  // input
  | 'bad-request'
  | 'bad-json'
  | 'bad-geojson'
  | 'bad-parcel'
  | 'bad-crs'
  | 'outside-jurisdiction'
  | 'unsupported-format'
  | 'unknown-parameter'
  | 'bad-parameter'
  | 'too-large'
  | 'bad-layer-file'
  | 'bad-rule-pack'
  | 'bad-input'
  // state
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  // resources
  | 'time-limit'
  | 'overloaded'
  | 'database-unavailable'
  | 'database-too-new'
  | 'database-read-only'
  | 'disk-full'
  | 'cancelled'
  | 'interrupted'
  // our fault
  | 'statement-lost'
  | 'measure-mismatch'
  | 'self-check-failed'
  | 'bad-configuration'
  | 'internal';

/** One fault inside an input: `pointer` is an RFC 6901 JSON pointer (or `line N` place) into what was sent. */
export interface InputFault {
  pointer: string;
  code: string;
  /** Text for people, Chinese and English. */
  detail: Bilingual;
  /** The place on the ground, [x, y] in the coordinates that were sent. */
  place?: readonly [number, number];
  /** Where in the text that was sent, from 1. */
  line?: number;
  column?: number;
}

export interface Bilingual {
  zh: string;
  en: string;
}

export interface ErrorFacts {
  /** What happened and what to do, for people. Shown as is at the door. */
  detail?: Bilingual;
  errors?: readonly InputFault[];
  /** Anything else worth logging; never geometry. */
  [name: string]: unknown;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.facts = facts;
  }
}
