/**
 * JSON Schema in the flavour of OpenAPI 3.0, the only one that OGC API – Processes and its clients read
 * (OGC 18-062r2, schema.yaml): no `const`, no type `null`, limits that exclude their number say so beside it, and no
 * words of our own.
 */
type Schema = Readonly<Record<string, unknown>>;

const lists = ['anyOf', 'oneOf', 'allOf'];

export function toOpenApiSchema(schema: object): Schema {
  const whole: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(schema)) Object.assign(whole, toWord(word, value));
  return withoutNull(whole);
}

function toWord(word: string, value: unknown): Schema {
  if (word.startsWith('x-')) return {};
  if (word === 'const') return { enum: [value] };
  if (word === 'examples') return { example: (value as unknown[])[0] };
  if (word === 'exclusiveMinimum' && typeof value === 'number') return { minimum: value, [word]: true };
  if (word === 'exclusiveMaximum' && typeof value === 'number') return { maximum: value, [word]: true };
  if (word === 'items' || word === 'not') return { [word]: toOpenApiSchema(value as object) };
  if (word === 'additionalProperties' && typeof value === 'object')
    return { [word]: toOpenApiSchema(value as object) };
  if (lists.includes(word)) return { [word]: (value as object[]).map(toOpenApiSchema) };
  if (word !== 'properties') return { [word]: value };
  const members = Object.entries(value as Record<string, object>);
  return { properties: Object.fromEntries(members.map(([name, one]) => [name, toOpenApiSchema(one)])) };
}

/** For the OpenAPI document itself, which does not know the three words for content that schema.yaml adds. */
export const toApiSchema = (schema: object): Schema =>
  JSON.parse(JSON.stringify(toOpenApiSchema(schema)), (word, value) =>
    /^content(MediaType|Encoding|Schema)$/.test(word) ? undefined : value,
  );

/** "This or null" is this, nullable. */
function withoutNull(schema: Schema): Schema {
  const { anyOf, ...rest } = schema as { anyOf?: readonly Schema[] };
  const others = anyOf?.filter(({ type }) => type !== 'null');
  if (!anyOf || !others || others.length === anyOf.length) return schema;
  return others.length === 1
    ? { ...others[0], ...rest, nullable: true }
    : { ...rest, anyOf: others.map((one) => ({ ...one, nullable: true })) };
}
