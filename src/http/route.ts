/** What a route is: its place, who may call it, its description and its work. The same data makes the OpenAPI document. */
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Bilingual, ErrorCode } from '../core/errors.js';
import type { Process } from '../ogc/processes/process-types.js';
import type { TileStore } from '../ogc/tiles/tile-store.js';
import type { Gate } from './gate.js';
import type { KeyRing, Scope } from './keys.js';
import type { Language } from './language.js';
import type { Metrics } from './metrics.js';
import { parameters } from './schemas.js';
import type { Service } from './service.js';

/** Everything a handler may use. */
export interface Parts {
  service: Service;
  keys: KeyRing;
  /** Checks, replays and pieces share one gate, imports have their own. */
  checkGate: Gate;
  importGate: Gate;
  metrics: Metrics;
  /** Uploads are kept here while they are imported. */
  tempDir: string;
  maxLayerBytes: number;
  /** A check with a larger body becomes a job by itself. */
  asyncAboveBytes: number;
  /** Processes of the OGC API, each a kind of job. */
  processes: readonly Process[];
  tiles: TileStore;
  version: string;
  openApi(language: Language): object;
  /** Under which address the caller knows the service, without a slash at its end. */
  publicAddress(request: FastifyRequest): string;
}

export interface Context<Query, Params> {
  parts: Parts;
  request: FastifyRequest;
  reply: FastifyReply;
  query: Query;
  params: Params;
  language: Language;
  /** Aborts when the caller hangs up before the answer. */
  callerGone: AbortSignal;
  /** Aborts when the service is being stopped: for answers that would otherwise go on. */
  stopping: AbortSignal;
  log: FastifyBaseLogger;
}

export interface AnswerDoc {
  description: Bilingual;
  /** Media type of the body; no body when absent. */
  type?: string;
  schema?: TSchema;
  example?: unknown;
  headers?: Readonly<Record<string, Bilingual>>;
}

export interface BodyDoc {
  description: Bilingual;
  types: readonly string[];
  schema: TSchema;
  example: unknown;
  /** Further media types for files that are no JSON, each with an example. */
  files?: Readonly<Record<string, string>>;
  /** Also taken as `multipart/form-data` with one part `file`. */
  multipart?: boolean;
  /** The handler reads the body itself, as a stream. */
  streamed?: boolean;
}

export interface OperationDoc {
  id: string;
  tag: 'checks' | 'supply' | 'measures' | 'layers' | 'rule-packs' | 'ledger' | 'jobs' | 'operations';
  summary: Bilingual;
  description?: Bilingual;
  query: TObject;
  params: TObject;
  body?: BodyDoc;
  answers: Readonly<Record<number, AnswerDoc>>;
  /** Beyond those that every route may give. */
  problems: readonly ErrorCode[];
}

export interface Operation extends OperationDoc {
  handle(context: Context<unknown, unknown>): Promise<unknown>;
}

export type Access = Scope | 'open';

export interface Route extends Operation {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  access: Access;
}

const none = parameters({});

type OperationSpec<Query extends TObject, Params extends TObject> = Omit<OperationDoc, 'query' | 'params'> & {
  query?: Query;
  params?: Params;
  handle(context: Context<Static<Query>, Static<Params>>): Promise<unknown>;
};

/** Ties the schemas of an operation to the types its handler sees. */
export function operation<Query extends TObject = typeof none, Params extends TObject = typeof none>(
  spec: OperationSpec<Query, Params>,
): Operation {
  return { query: none, params: none, ...spec } as Operation;
}

export const route = (method: Route['method'], path: string, access: Access, work: Operation): Route => ({
  ...work,
  method,
  path,
  access,
});
