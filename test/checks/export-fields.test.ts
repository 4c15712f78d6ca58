import { expect, it } from 'vitest';
import {
  checklistFields,
  classFields,
  findingFields,
  layerFields,
  parcelFields,
  pieceFields,
} from '../../src/checks/report-fields.js';
import type { ExportField } from '../../src/formats/export-table.js';
import { layerCatalogue } from '../../src/layers/catalogue.js';

const allTables: readonly (readonly [string, readonly ExportField[]])[] = [
  [
    'parcels',
    [
      ...parcelFields,
      ...layerCatalogue.flatMap(({ id, nameZh, nameEn }) => layerFields(id, { zh: nameZh, en: nameEn })),
    ],
  ],
  ['pieces', pieceFields],
  ['classes', classFields],
  ['findings', findingFields],
  ['checklist', checklistFields],
];

it.each(allTables)(
  'the columns of %s have names of their own, short ones of at most 10 letters',
  (_name, fields) => {
    for (const key of ['name', 'short'] as const) {
      const names = fields.map((field) => field[key].toLowerCase());
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    }
    for (const { short } of fields) expect(short).toMatch(/^[A-Z][A-Z0-9_]{0,9}$/);
  },
);

it('the columns of a piece do not meet the attributes of any layer', () => {
  const attributes = layerCatalogue.flatMap(({ shownFields }) => [...shownFields]);
  const own = pieceFields.flatMap(({ name, short }) => [name.toLowerCase(), short.toLowerCase()]);
  expect(attributes.filter((name) => own.includes(name.toLowerCase()))).toEqual([]);
});

const types: Readonly<Record<ExportField['type'], string>> = {
  ...{ text: '文本 text', code: '编码（文本）code (text)', number: '数值 number' },
  ...{ integer: '整数 integer', flag: '是否 true/false', data: '' },
};

const rows = (fields: readonly ExportField[]): string[] => [
  '| 列名 name | SHP | 类型 type | 中文 | English |',
  '| --- | --- | --- | --- | --- |',
  ...fields.map(
    ({ name, short, type, decimals, title }) =>
      `| \`${name}\` | \`${short}\` | ${types[type]}${decimals === undefined ? '' : `, ${(10 ** -decimals).toFixed(decimals)}`} | ${title.zh} | ${title.en} |`,
  ),
];

const words: Readonly<Record<string, readonly string[]>> = {
  parcels: [
    '## 地块 · parcels',
    '每个地块一行。各图层的五列依次跟随（见下表），最后是随地块提交的属性，沿用原名；与前面某列同名且内容相同的不重复写出，重名而内容不同的加 `_1`。',
    'One row for each parcel. The five columns of each layer follow, then what was submitted with the parcels under its own names: a column with the name and content of one before is not written twice, one with the same name and other content gets `_1`.',
  ],
  pieces: [
    '## 叠加图斑 · pieces',
    '地块与图层要素相交的每一块一行；之后是该要素的属性（标准字段名）。面积为预检结果中的数字，不是由图形重新量算。',
    "One row for each piece of ground where a parcel meets a feature; the feature's attributes follow under their standard names. Areas are the figures of the check, not measured again from the drawn piece.",
  ],
  classes: [
    '## 分类面积 · classes',
    '每个地块、图层、分类（地类、规划分区）一行，无图形。',
    'One row for each parcel, layer and class; no geometry.',
  ],
  findings: [
    '## 审查意见 · findings',
    '每个地块每条规则一行，之后是全部地块合计的规则（地块编号为空）；查过而不涉及的规则也列出（`clear`）；图层未登记、因此没有审查的规则列在最后（`not-reviewed`）。无图形。',
    'One row for each parcel and rule, then for each rule on all parcels together (no parcel). Rules that found nothing are listed as `clear`; those whose layer is not registered come last as `not-reviewed`. No geometry.',
  ],
  checklist: [
    '## 材料清单 · checklist',
    '须提交的材料、须办理的事项，各列一次，最紧要的在前；无图形。',
    'What has to be handed in or done, each once, the most pressing first; no geometry.',
  ],
};

const intro = `# 导出字段 · Columns of exported files

本表由程序中的定义生成，测试保证其为最新。
Drawn from the definitions in the program; a test keeps it current.

GeoJSON、GeoPackage、FlatGeobuf 用“列名”；Shapefile 字段名不超过 10 个字节，用 SHP 一栏；CSV 的表头用中文（或英文）名称。
GeoJSON, GeoPackage and FlatGeobuf use the name, shapefiles (10 bytes at most) the SHP column, CSV the Chinese or English title as header.

CSV：UTF-8 带 BOM，CRLF。会被 Excel、WPS 当作数字或日期的文本（\`0101\`、18 位 BSM、\`1-2\`）前面加一个制表符，显示不变，前导零不丢；以 \`= + - @\` 开头的文本前面加一个撇号，不会当作公式执行。不用 \`="0101"\`，那本身就是公式，其他程序会把等号读进编码。
CSV: UTF-8 with BOM, CRLF. Text that Excel and WPS would take for a number or a date (\`0101\`, an 18-digit BSM, \`1-2\`) gets a tab in front: it looks the same and keeps its zeros. Text that begins with \`= + - @\` gets an apostrophe in front and is not run. \`="0101"\` is not used: it is a formula itself, and other programs read the sign as part of the code.
`;

it('docs/export-fields.md is current', async () => {
  const text = [
    intro,
    ...allTables.flatMap(([name, fields]) => [
      ...words[name]!,
      '',
      ...rows(name === 'parcels' ? parcelFields : fields),
      '',
    ]),
    '### 图层的列 · Columns of a layer in parcels',
    ...rows(layerFields('stbhhx', { zh: '生态保护红线', en: 'Ecological protection red line' })),
    '',
    '其他图层同理，SHP 名的前半为：',
    'The same for every layer; the short name begins with:',
    '',
    '| 图层 layer | SHP |',
    '| --- | --- |',
    ...layerCatalogue.map(
      ({ id, nameZh }) =>
        `| ${nameZh} \`${id}\` | \`${layerFields(id, { zh: '', en: '' })[0]!.short.replace(/_JL$/, '')}\` |`,
    ),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/export-fields.md');
});
