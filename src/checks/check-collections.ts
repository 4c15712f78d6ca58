/** Stored checks as collections of features: parcels, overlap pieces and findings, with typed fields. */
import type { Bilingual } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import type { Field, FieldType } from '../layers/query/feature-table.js';
import type { FeatureCollection } from '../layers/query/layer-collections.js';
import { checkTables, selectCheckBox, selectCheckState, verdictZh } from './sql.js';

export const checkCollectionIds = ['check-parcels', 'check-pieces', 'check-findings'] as const;
export type CheckCollectionId = (typeof checkCollectionIds)[number];

export const isCheckCollection = (id: string): id is CheckCollectionId =>
  checkCollectionIds.some((known) => known === id);

type Column = readonly [name: string, type: FieldType, sql: string, zh: string, en: string];

const common: readonly Column[] = [
  ['check_id', 'string', 'r.check_id', '预检编号', 'Id of the check'],
  ['created_at', 'timestamp', 'r.created_at', '预检时间', 'Time of the check'],
  ['stage', 'string', 'r.stage', '阶段', 'Stage'],
];

const verdict = (alias: string): readonly Column[] => [
  ['verdict', 'string', `${alias}.verdict`, '结论代码', 'Verdict'],
  ['verdict_zh', 'string', verdictZh(`${alias}.verdict`), '结论', 'Verdict in Chinese'],
];

interface Definition {
  title: Bilingual;
  from: string;
  columns: readonly Column[];
  /** Alias and name of the number within a check. */
  number: string;
}

const definitions: Readonly<Record<CheckCollectionId, Definition>> = {
  'check-parcels': {
    title: { zh: '预检地块', en: 'Checked parcels' },
    from: checkTables.parcels,
    number: 'p.ordinal',
    columns: [
      ...common,
      ['parcel_id', 'string', 'p.parcel_id', '地块编号', 'Id of the parcel'],
      ...verdict('p'),
      ['area_m2', 'number', 'p.area_m2::float8', '椭球面积（㎡）', 'Ellipsoid area (m²)'],
      ['rule_pack', 'string', 'r.rule_pack', '规则包', 'Rule pack'],
      ['rule_pack_version', 'string', 'r.rule_pack_version', '规则包版本', 'Version of the rule pack'],
    ],
  },
  'check-pieces': {
    title: { zh: '预检叠加图斑', en: 'Overlap pieces of checks' },
    from: checkTables.pieces,
    number: 'p.piece_no',
    columns: [
      ...common,
      ['parcel_id', 'string', 'p.parcel_id', '地块编号', 'Id of the parcel'],
      ['layer', 'string', 'p.layer_id', '图层', 'Layer'],
      [
        'kind',
        'string',
        'p.kind',
        '类别（overlap 叠加、outside 范围外、undetermined 无法判定）',
        'Kind of ground',
      ],
      ['feature_id', 'string', 'p.feature_id', '图层要素', 'Feature of the layer'],
      ['bsm', 'string', 'p.bsm', '标识码', 'BSM'],
      ['class_code', 'string', 'p.class_code', '分类代码', 'Class'],
      ['class_label', 'string', 'p.class_label', '分类名称', 'Name of the class'],
      ['area_m2', 'number', 'p.area_m2', '面积（㎡）', 'Area (m²)'],
      ['net_area_m2', 'number', 'p.net_area_m2', '净面积（㎡）', 'Net area (m²)'],
      ['noise', 'boolean', 'p.noise', '边界误差', 'Geometry noise'],
      ...verdict('p'),
      ['layer_version', 'string', 'p.layer_version', '图层版本', 'Version of the layer'],
    ],
  },
  'check-findings': {
    title: { zh: '预检结论', en: 'Findings of checks' },
    from: checkTables.findings,
    number: 'f.finding_no',
    columns: [
      ...common,
      ['parcel_id', 'string', 'p.parcel_id', '地块编号', 'Id of the parcel'],
      ['rule', 'string', 'f.rule', '规则', 'Rule'],
      ['module', 'string', 'f.module', '模块', 'Module'],
      ['layer', 'string', 'f.layer_id', '图层', 'Layer'],
      ...verdict('f'),
      ['area_m2', 'number', 'f.area_m2', '面积（㎡）', 'Area (m²)'],
      ['net_area_m2', 'number', 'f.net_area_m2', '净面积（㎡）', 'Net area (m²)'],
      ['undetermined_m2', 'number', 'f.undetermined_m2', '无法判定面积（㎡）', 'Undetermined (m²)'],
      ['noise', 'boolean', 'f.noise', '边界误差', 'Geometry noise'],
      ['document', 'string', 'f.document', '依据文件', 'Document'],
      ['article', 'string', 'f.article', '条款', 'Article'],
      ['title_zh', 'string', 'f.title_zh', '标题', 'Title in Chinese'],
      ['title_en', 'string', 'f.title_en', '标题（英文）', 'Title'],
      ['detail_zh', 'string', 'f.detail_zh', '说明', 'Detail in Chinese'],
      ['detail_en', 'string', 'f.detail_en', '说明（英文）', 'Detail'],
      ['requires_zh', 'string', 'f.requires_zh', '需办理事项', 'Required steps, in Chinese'],
    ],
  },
};

/** The three collections over all stored checks; none while no check is stored. */
export async function checkCollections(
  sql: Sql,
  ids: readonly CheckCollectionId[] = checkCollectionIds,
): Promise<FeatureCollection[]> {
  if (ids.length === 0) return [];
  const { count, newest, first } = await selectCheckState(sql);
  if (newest === null) return [];
  const box = await selectCheckBox(sql);
  const day = first === null ? null : first.toISOString().slice(0, 10);
  return ids.map((id) => collectionOf(id, `${id}@${count}@${newest}`, box, day));
}

function collectionOf(
  id: CheckCollectionId,
  tag: string,
  box: FeatureCollection['box'],
  day: string | null,
): FeatureCollection {
  const { title, from, columns, number } = definitions[id];
  return {
    id,
    title,
    description: {
      zh: `${title.zh}：所有已存预检，可用 check_id 限定到一次预检。`,
      en: `${title.en}: all stored checks; check_id names one.`,
    },
    box,
    days: [day, null],
    timeField: 'created_at',
    // areas measured again from the export are those of the answer to 0.001 m²
    decimals: 10,
    table: {
      tag,
      from,
      geometry: 'p.geom',
      key: [
        { sql: 'r.check_id', type: 'text' },
        { sql: number, type: 'int' },
      ],
      id: () => `r.check_id || '.' || ${number}`,
      readId(text) {
        const found = /^(chk_[0-9a-z]{1,60})\.([1-9]\d{0,8})$/.exec(text);
        return found ? [found[1]!, Number(found[2])] : undefined;
      },
      writeId: ([check, n]) => `${check}.${n}`,
      fields: columns.map(
        ([name, type, expression, zh, en]): Field => ({
          name,
          type,
          title: { zh, en },
          sql: () => expression,
        }),
      ),
    },
  };
}

/** Ground of the parcels of a check, EPSG:4490 degrees; null when it has none. */
export const boxOfCheck = (sql: Sql, checkId: string): Promise<FeatureCollection['box']> =>
  selectCheckBox(sql, checkId);
