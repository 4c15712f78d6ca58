/** Inputs that the processes over parcels share: the parcels, their coordinates, the days whose rules and layers apply. */
import type { ProcessInput } from './process-types.js';

export const optional = (zh: string, en: string, schema: object): ProcessInput => ({
  title: { zh, en },
  schema,
  required: false,
});

const day = { type: 'string', format: 'date' };

export const parcelsInput = (zh: string, en: string): ProcessInput => ({
  title: {
    zh: `${zh}（GeoJSON Feature、FeatureCollection 或面）`,
    en: `${en}: GeoJSON Feature, FeatureCollection or polygon`,
  },
  schema: {
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['Feature', 'FeatureCollection', 'Polygon', 'MultiPolygon'] },
    },
    contentMediaType: 'application/geo+json',
  },
  required: true,
});

export const readingInputs = {
  onDate: optional('按哪一天的规则', 'The rules in force on this day', day),
  asOf: optional('按哪一天的图层', 'The layers as of this day', day),
  crs: optional('坐标系（EPSG 代码）', 'EPSG code of the coordinates', {
    type: 'string',
    pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$',
  }),
  repair: optional('修复无效图形', 'Repair invalid parcels', { type: 'boolean', default: false }),
};
