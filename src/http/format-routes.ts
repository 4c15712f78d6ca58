/** Which file formats are read and written today. */
import Type from 'typebox';
import { formatList } from '../formats/format-list.js';
import { localize } from './language.js';
import { operation } from './route.js';

const FormatListSchema = Type.Object(
  {
    formats: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        mediaTypes: Type.Array(Type.String()),
        extensions: Type.Array(Type.String()),
        read: Type.Array(Type.String({ description: 'What may be submitted in it' })),
        written: Type.Array(Type.String({ description: 'What may be asked for in it' })),
        note: Type.String(),
      }),
    ),
  },
  { $id: 'FormatList' },
);

export const listFormats = operation({
  id: 'listFormats',
  tag: 'operations',
  summary: { zh: '可读写的文件格式', en: 'The file formats that are read and written' },
  answers: {
    200: {
      description: { zh: '文件格式', en: 'The formats' },
      type: 'application/json',
      schema: FormatListSchema,
      example: { formats: localize(formatList, 'zh') },
    },
  },
  problems: [],
  async handle({ language }) {
    return { formats: localize(formatList, language) };
  },
});
