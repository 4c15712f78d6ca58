/** 台账 over the network: urban construction land outside the development boundary, with totals by county. */
import Type from 'typebox';
import type { LedgerEntry } from '../checks/ledger.js';
import { AppError } from '../core/errors.js';
import { operation } from './route.js';
import { nullable, parameters } from './schemas.js';

const json = 'application/json';

const County = nullable(Type.Object({ code: Type.String(), name: nullable(Type.String()) }));
const areas = {
  areaM2: Type.Number({ description: '㎡, 0.01' }),
  ha: Type.Number({ description: '公顷, 0.0001' }),
  mu: Type.Number({ description: '亩, 0.01' }),
};

const LedgerEntrySchema = Type.Object(
  {
    id: Type.Integer(),
    check: Type.String(),
    parcel: Type.String(),
    name: nullable(Type.String()),
    landUse: Type.String({ description: '用地用海 code' }),
    county: County,
    ...areas,
    layerVersion: Type.String({ description: 'Of 城镇开发边界' }),
    dataDate: nullable(Type.String()),
    reason: Type.String({ description: '对选址的特殊要求' }),
    enteredAt: Type.String({ format: 'date-time' }),
    withdrawnAt: nullable(Type.String({ format: 'date-time' })),
    withdrawnReason: nullable(Type.String()),
  },
  { $id: 'LedgerEntry' },
);

const LedgerSchema = Type.Object(
  {
    entries: Type.Array(LedgerEntrySchema),
    totals: Type.Array(Type.Object({ county: County, entries: Type.Integer(), ...areas }), {
      description: 'All entries in force, by county',
    }),
    next: Type.Optional(Type.Integer({ description: 'Give it as `after` for the next page' })),
  },
  { $id: 'Ledger' },
);

const entryExample: LedgerEntry = {
  ...{ id: 1, check: 'chk_01JQ8Z6V3M', parcel: 'DK-001', name: '示例地块', landUse: '1001' },
  ...{ county: { code: '410821', name: '修武县' }, areaM2: 1234.56, ha: 0.1235, mu: 1.85 },
  ...{ layerVersion: '2024-12-31.1', dataDate: '2024-12-31', reason: '依托矿产资源', withdrawnAt: null },
  ...{ enteredAt: '2025-06-03T03:00:00.000Z', withdrawnReason: null },
};

const CSV_ROWS = 100_000;

export const readLedger = operation({
  id: 'readLedger',
  tag: 'ledger',
  summary: { zh: '读取边界外城镇建设用地台账', en: 'Read the ledger of urban land outside the boundary' },
  query: parameters({
    county: Type.Optional(Type.String({ pattern: '^[0-9]{6}$', description: 'Code of the county' })),
    withdrawn: Type.Boolean({ default: false, description: 'Withdrawn entries too' }),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    after: Type.Optional(Type.Integer({ minimum: 0, description: '`next` of the page before' })),
    f: Type.Union([Type.Literal('json'), Type.Literal('csv')], {
      default: 'json',
      description: 'csv: all entries, UTF-8 for spreadsheets',
    }),
  }),
  answers: {
    200: {
      description: { zh: '台账', en: 'The ledger' },
      type: json,
      schema: LedgerSchema,
      example: {
        entries: [entryExample],
        totals: [{ county: entryExample.county, entries: 1, areaM2: 1234.56, ha: 0.1235, mu: 1.85 }],
      },
      headers: { Link: { zh: '下一页（rel="next"）', en: 'The next page (rel="next")' } },
    },
  },
  problems: [],
  async handle({ parts, reply, query, language }) {
    const { f, ...given } = query;
    if (f === 'csv') {
      const bytes = await parts.service.ledgerCsv({ ...given, limit: CSV_ROWS }, language);
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="ledger.csv"');
      return Buffer.from(bytes);
    }
    const page = await parts.service.readLedger(given);
    if (page.next !== undefined) {
      const next = new URLSearchParams({ limit: String(query.limit), after: String(page.next) });
      if (query.county !== undefined) next.set('county', query.county);
      if (query.withdrawn) next.set('withdrawn', 'true');
      reply.header('link', `</v1/ledger?${next}>; rel="next"`);
    }
    return page;
  },
});

const EnterBody = Type.Object({
  check: Type.String({ description: 'Id of a check at the approval stage' }),
  parcels: Type.Optional(Type.Array(Type.String(), { description: 'All that lie outside when left out' })),
  reason: Type.String({ description: '对选址的特殊要求' }),
});

export const enterLedger = operation({
  id: 'enterLedger',
  tag: 'ledger',
  summary: { zh: '列入台账', en: 'Enter parcels of a check in the ledger' },
  description: {
    zh: '从报批阶段的预检列入位于城镇开发边界外的城镇建设用地，按县分列；同一范围不重复列入。',
    en: 'Enters urban construction land outside the boundary from a check at the approval stage, by county; the same ground is entered once.',
  },
  body: {
    description: { zh: '预检、地块与理由', en: 'Check, parcels and reason' },
    types: [json],
    schema: EnterBody,
    example: { check: 'chk_01JQ8Z6V3M', parcels: ['DK-001'], reason: '依托矿产资源' },
  },
  answers: {
    201: {
      description: { zh: '列入的记录', en: 'The entries' },
      type: json,
      schema: Type.Object({ entries: Type.Array(LedgerEntrySchema) }),
      example: { entries: [entryExample] },
    },
  },
  problems: ['bad-json', 'bad-parameter', 'not-found', 'conflict'],
  async handle({ parts, request, reply }) {
    const { check, parcels, reason } = readObject(request.body);
    const listed =
      parcels === undefined || (Array.isArray(parcels) && parcels.every((id) => typeof id === 'string'));
    if (typeof check !== 'string' || !isReason(reason) || !listed) throw badBody('{check, parcels?, reason}');
    const entries = await parts.service.enterLedger({
      ...{ check, reason },
      ...(parcels !== undefined && { parcels: parcels as string[] }),
    });
    reply.code(201);
    return { entries };
  },
});

export const withdrawLedgerEntry = operation({
  id: 'withdrawLedgerEntry',
  tag: 'ledger',
  summary: { zh: '撤销台账记录', en: 'Withdraw an entry of the ledger' },
  params: parameters({ id: Type.Integer({ minimum: 1, examples: [1] }) }),
  body: {
    description: { zh: '撤销理由', en: 'Why' },
    types: [json],
    schema: Type.Object({ reason: Type.String() }),
    example: { reason: '用地范围已调整' },
  },
  answers: {
    200: {
      description: { zh: '撤销后的记录', en: 'The entry' },
      type: json,
      schema: LedgerEntrySchema,
      example: {
        ...entryExample,
        withdrawnAt: '2025-07-01T00:00:00.000Z',
        withdrawnReason: '用地范围已调整',
      },
    },
  },
  problems: ['bad-json', 'bad-parameter', 'not-found'],
  async handle({ parts, request, params }) {
    const { reason } = readObject(request.body);
    if (!isReason(reason)) throw badBody('{reason}');
    return parts.service.withdrawLedgerEntry(params.id, reason);
  },
});

const isReason = (reason: unknown): reason is string =>
  typeof reason === 'string' && reason.trim() !== '' && reason.length <= 1000;

function readObject(body: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body as Uint8Array).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    throw new AppError('bad-json', 'body is no JSON', {}, cause);
  }
  throw badBody('{…}');
}

const badBody = (shape: string): AppError =>
  new AppError('bad-parameter', 'body refused', {
    detail: {
      zh: `请求体应为 ${shape}，理由不得为空且不超过 1000 字。`,
      en: `The body must be ${shape}; the reason must not be empty nor longer than 1000 characters.`,
    },
  });
