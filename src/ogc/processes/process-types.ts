/** What a process is (OGC 18-062r2): its inputs and outputs as JSON Schema, and its work. It knows nothing of HTTP. */
import type { CheckParts } from '../../checks/check-parts.js';
import type { Bilingual } from '../../core/errors.js';
import type { JobWatch } from '../../jobs/job-types.js';

export interface ProcessInput {
  title: Bilingual;
  /** JSON Schema; told to clients in the flavour of OpenAPI 3.0. */
  schema: object;
  required: boolean;
  /** Values that may be given; more than one makes the input an array. 1 without it. */
  most?: number;
  /** The process holds the value against the schema itself: it answers what is missing instead of refusing it. */
  readByProcess?: boolean;
}

export interface ProcessOutput {
  title: Bilingual;
  schema: object;
}

export interface ResultPage {
  title: Bilingual;
  /** Below the root of the standards. */
  path: string;
}

export interface Process {
  /** As in the address. */
  id: string;
  title: Bilingual;
  description: Bilingual;
  version: string;
  inputs: Readonly<Record<string, ProcessInput>>;
  outputs: Readonly<Record<string, ProcessOutput>>;
  /** An execute request that works as it stands. */
  example: object;
  /** Answers the outputs as they are kept with the job. Pure up to its last statement: it may run twice. */
  run(
    parts: CheckParts,
    inputs: Readonly<Record<string, unknown>>,
    watch: JobWatch & { jobId: string },
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Outputs as JSON texts (texts for people in both languages), from what was kept; as it stands without it. */
  read?(
    parts: CheckParts,
    kept: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, string>>>;
  /** Pages for people that show the outputs, from what was kept. */
  pages?(kept: Readonly<Record<string, unknown>>): readonly ResultPage[];
}
