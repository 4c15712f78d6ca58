/**
 * The execute requests that the OGC test suite (ets-ogcapi-processes10) makes up from the description of its echo
 * process: which inputs it fills, and with what. Inputs of other kinds it leaves out.
 */
interface Schema {
  type?: string;
  format?: string;
  contentMediaType?: string;
  contentEncoding?: string;
  items?: Schema;
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  properties?: object;
}

export interface Description {
  inputs: Readonly<Record<string, { schema: Schema }>>;
  outputs: Readonly<Record<string, { schema: Schema }>>;
}

export const TEST_TEXT = 'teststring';

const shapesOf = (schema: Schema): readonly Schema[] => (schema.type ? [schema] : (schema.oneOf ?? []));
const isObject = (schema: Schema): boolean => shapesOf(schema).some(({ type }) => type === 'object');
const isArray = (schema: Schema): boolean => shapesOf(schema).some(({ type }) => type === 'array');
const isBox = (schema: Schema): boolean =>
  shapesOf(schema).some(({ properties }) => properties && 'bbox' in properties);
/** Of such inputs the suite sends an address on the internet. */
export const isBinary = (schema: Schema): boolean =>
  shapesOf(schema).some(({ format, contentEncoding }) => format === 'byte' || contentEncoding === 'binary');
export const hasMedium = (schema: Schema): boolean =>
  shapesOf(schema).some(({ contentMediaType }) => contentMediaType !== undefined);

const anObject = { value: TEST_TEXT };
const farBox = { crs: 'urn:ogc:def:crs:EPSG:6.6:4326', bbox: [345345345, 345345345, 345345345, 345345345] };
const aBox = { bbox: [51.9, 7, 52, 7.1], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' };
const lists: Readonly<Record<string, unknown[]>> = {
  integer: [1, 2, 3],
  double: [1.1, 2.2, 3.3],
  string: ['test1', 'test2', 'test3'],
};

/** The value of an input that a test is not about; undefined leaves it out. */
function plainValue(schema: Schema): unknown {
  let value: unknown;
  for (const { type, format, contentMediaType } of shapesOf(schema)) {
    if (type === 'string') value = format || contentMediaType ? value : TEST_TEXT;
    else if (isBox(schema)) value = farBox;
    else if (type === 'object') value = anObject;
  }
  return value;
}

/** `special`: the value of the first input that `picks` takes. */
function request(
  { inputs, outputs }: Description,
  picks: (schema: Schema) => boolean = () => false,
  special: (schema: Schema) => unknown = plainValue,
  wanted: readonly string[] = Object.keys(outputs),
) {
  const picked = Object.entries(inputs).find(([, { schema }]) => picks(schema))?.[0];
  const values = Object.entries(inputs).map(([name, { schema }]) => [
    name,
    name === picked ? special(schema) : plainValue(schema),
  ]);
  return {
    inputs: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    outputs: Object.fromEntries(wanted.map((name) => [name, { transmissionMode: 'value' }])),
  };
}

const outputsThat = ({ outputs }: Description, pick: (schema: Schema) => boolean): string[] =>
  Object.entries(outputs)
    .filter(([, { schema }]) => pick(schema))
    .map(([name]) => name);

const first = ({ inputs }: Description): string => Object.keys(inputs)[0]!;

export const suiteRequests = {
  plain: (echo: Description) => request(echo),
  withoutOutputs: (echo: Description) => ({ inputs: request(echo).inputs }),
  withArray: (echo: Description) =>
    request(
      echo,
      isArray,
      ({ items }) => lists[items!.type!],
      outputsThat(echo, ({ type }) => type === 'array').slice(0, 1),
    ),
  // it asks for outputs that are described as `allOf` with the format ogc-bbox: often none
  withBox: (echo: Description) =>
    request(
      echo,
      isBox,
      () => aBox,
      outputsThat(echo, ({ type, allOf }) => !type && allOf?.[0]?.format === 'ogc-bbox'),
    ),
  withObject: (echo: Description) => request(echo, isObject, () => anObject),
  withWrongMedium: (echo: Description) => request(echo, hasMedium, () => ({ type: 'wrong/type_1f6c' })),
  oneOutput: (echo: Description) => ({
    ...request(echo, undefined, undefined, [first(echo)]),
    response: 'raw',
  }),
  withPause: (echo: Description) => {
    const name = first(echo);
    return {
      inputs: { [name]: plainValue(echo.inputs[name]!.schema), pause: 5 },
      outputs: { [name]: { transmissionMode: 'value' } },
      response: 'raw',
    };
  },
  invalid: () => ({ 'invalid-execute-request': 'true)' }),
};
