/**
 * What the standards' dialects and the network hand each other: a request without a framework, an answer, and what a
 * dialect adds to the pages that all share. Knows no dialect and no HTTP library.
 */

import type { CheckParts } from '../checks/check-parts.js';
import type { Jobs } from '../jobs/jobs.js';
import type { VersionMemory } from '../layers/query/layer-collections.js';
import type { QueryMemory } from '../layers/query/query-features.js';
import type { Process } from './processes/process-types.js';
import type { TileStore } from './tiles/tile-store.js';

export type Language = 'zh' | 'en';

export interface StandardRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** The path asked for, decoded, e.g. /ogc/collections/dltb/items. */
  path: string;
  /** Decoded parts of the path by the names in the route, e.g. {id: 'dltb'}. */
  params: Readonly<Record<string, string>>;
  /** Query parameters as sent, in their order, names and values decoded. */
  query: readonly (readonly [string, string])[];
  /** By lower-case name. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array | undefined;
  /** Public address of the service without a slash at its end, e.g. https://gis.example.cn/onemap. */
  base: string;
  language: Language;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
}

export type Chunk = string | Uint8Array;

export interface StandardAnswer {
  /** 200 without it. */
  status?: number;
  /** Media type, exactly as it is sent. */
  type: string;
  headers?: Readonly<Record<string, string>>;
  /** Text is sent as UTF-8; a stream is pulled as fast as the caller reads and no faster. */
  body: Chunk | AsyncIterable<Chunk>;
  /** The state of the data that the body depends on; with the address it makes the ETag. */
  tag?: string;
}

export interface Link {
  href: string;
  rel: string;
  type: string;
  title?: string;
  hreflang?: string;
}

/** An error as the doors tell it, in the language of the request. */
export interface Fault {
  status: number;
  /** One of the product's own codes. */
  code: string;
  title: string;
  detail: string;
  /** Id of the request, to be found in the log. */
  instance: string;
  /** RFC 9457 type, relative. */
  type: string;
  errors?: readonly { pointer: string; code: string; detail: string }[];
  /** Facts of the error for the dialect's own codes: never shown as they are. */
  facts: Readonly<Record<string, unknown>>;
}

/** One standard: what it adds to the landing page, the conformance list and the OpenAPI document. */
export interface Dialect {
  /** Conformance classes, each proved by a test. */
  conformance: readonly string[];
  /** Links of the landing page; `root` is the address of /ogc. */
  landingLinks(root: string, language: Language): readonly Link[];
  /** Paths of the OpenAPI 3.0 document, relative to /ogc; components under their names. */
  openApi(parts: StandardParts, language: Language): Promise<OpenApiPart>;
}

export interface OpenApiPart {
  paths: Readonly<Record<string, unknown>>;
  components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What the dialects may use; put together where the service is. */
export interface StandardParts {
  check: CheckParts;
  queries: QueryMemory;
  versions: VersionMemory;
  /** Processes on offer; each is a kind of job. */
  processes: readonly Process[];
  /** Vector tiles made before. */
  tiles: TileStore;
  jobs: Pick<Jobs, 'submit' | 'find' | 'list' | 'readResult' | 'cancel' | 'remove' | 'follow'>;
  /** JSON text with its texts in one language. */
  localize(json: string, language: Language): string;
  dialects: readonly Dialect[];
  /** Version of the program. */
  version: string;
}

export type StandardWork = (request: StandardRequest, parts: StandardParts) => Promise<StandardAnswer>;

/** How a dialect writes an error; `accept` is that header of the request. */
export type FaultWriter = (fault: Fault, accept?: string) => StandardAnswer;
