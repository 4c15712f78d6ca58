/** `echo`: gives back what it was given, after a pause if one is asked for. Drives the test suite of OGC (ets-ogcapi-processes10). */
import type { Process, ProcessInput } from './process-types.js';

const input = (zh: string, en: string, schema: object, more: Partial<ProcessInput> = {}): ProcessInput => ({
  title: { zh, en },
  schema,
  required: false,
  ...more,
});

const values = {
  stringInput: input('文字', 'A text', { type: 'string' }),
  numberInput: input('数', 'A number', { type: 'number' }),
  objectInput: input('对象', 'An object', { type: 'object' }),
  mixedInput: input('文字或数', 'A text or a number', { oneOf: [{ type: 'string' }, { type: 'number' }] }),
  // not `format: byte`: for that the suite sends an address to be fetched
  imageInput: input('图像（base64）', 'An image in base64', {
    type: 'string',
    contentMediaType: 'image/tiff',
    contentEncoding: 'base64',
    pattern: '^[A-Za-z0-9+/]*={0,2}$',
  }),
  arrayInput: input('列表', 'A list', { type: 'array', items: { type: 'integer' } }),
  boundingBoxInput: input('范围', 'A box', {
    type: 'object',
    required: ['bbox'],
    properties: {
      bbox: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } },
      crs: { type: 'string' },
    },
  }),
};

export const echo: Process = {
  id: 'echo',
  title: { zh: '回显（测试用）', en: 'Echo, for the test suite' },
  description: { zh: '原样返回输入。', en: 'Answers its inputs.' },
  version: '1.0.0',
  inputs: { ...values, pause: input('停顿（秒）', 'Pause, s', { type: 'number', minimum: 0, maximum: 60 }) },
  outputs: Object.fromEntries(
    Object.entries(values).map(([name, { title, schema }]) => [name, { title, schema }]),
  ),
  example: { inputs: { stringInput: 'Hello', pause: 0 } },
  async run(_parts, { pause = 0, ...given }, { signal }) {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, 1000 * (pause as number));
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
    return given;
  },
};
