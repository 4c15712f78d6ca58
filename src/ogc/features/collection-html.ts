/** The collections as people read them: what there is, how to open it, what its fields mean, in which systems it comes. */
import { crsTable } from '../../core/crs.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { rootOf } from '../common/landing.js';
import { anchor, type Cell, escapeHtml, pageAnswer, say, table } from '../common/pages.js';
import { crsUri, offeredCrs } from '../crs.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';
import { fieldTable } from './field-table.js';

export function collectionsPage(
  request: StandardRequest,
  collections: readonly FeatureCollection[],
  tag: string,
): StandardAnswer {
  const { language } = request;
  const own = `${rootOf(request)}/collections`;
  const rows = collections.map(({ id, title, description, table: { rowCount } }): Cell[] => [
    { html: anchor(`${own}/${encodeURIComponent(id)}?f=html`, title[language]) },
    { html: `<code>${escapeHtml(id)}</code>` },
    description[language],
    { figure: rowCount === undefined ? '' : String(rowCount) },
  ]);
  const head = [
    say(language, '名称', 'Name'),
    say(language, '代码', 'Code'),
    say(language, '说明', 'About'),
    say(language, '要素数', 'Features'),
  ];
  return pageAnswer(request, say(language, '数据集合', 'Collections'), table(head, rows), tag);
}

export function collectionPage(
  request: StandardRequest,
  collection: FeatureCollection,
  tag: string,
): StandardAnswer {
  const { language } = request;
  const { id, title, description, box, table: rows } = collection;
  const own = `${rootOf(request)}/collections/${encodeURIComponent(id)}`;
  const heading = (zh: string, en: string): string => `<h2>${escapeHtml(say(language, zh, en))}</h2>`;
  const body = [
    `<p>${escapeHtml(description[language])}</p>`,
    `<p>${anchor(`${own}/items?f=html`, say(language, '查看要素', 'See the features'))} · ${anchor(`${own}/tiles?f=html`, say(language, '矢量瓦片', 'Vector tiles'))} · ${anchor(`${own}/items?f=json`, 'GeoJSON')}</p>`,
    `<p>${escapeHtml(say(language, '范围（经度、纬度）：', 'Extent (longitude, latitude): '))}<code>${escapeHtml((box ?? []).map((degrees) => degrees.toFixed(6)).join(', '))}</code></p>`,
    heading('在 QGIS 等软件中打开', 'Open it in QGIS and others'),
    waysTable(request, id, own),
    heading('字段', 'Fields'),
    fieldTable(rows.fields, language),
    heading('坐标系', 'Coordinate systems'),
    crsList(box, language),
  ];
  return pageAnswer(request, `${title[language]} (${id})`, body.join('\n'), tag);
}

/** Addresses to paste. */
function waysTable(request: StandardRequest, id: string, own: string): string {
  const { base, language } = request;
  const code = (text: string): Cell => ({ html: `<code>${escapeHtml(text)}</code>` });
  const rows: Cell[][] = [
    ['WFS 2.0, 1.1', code(`${base}/wfs`), say(language, `要素类型 om:${id}`, `feature type om:${id}`)],
    ['OGC API – Features', code(rootOf(request)), say(language, `集合 ${id}`, `collection ${id}`)],
    [
      say(language, 'QGIS 样式', 'Style for QGIS'),
      { html: anchor(`${own}/style.qml`, `${id}.qml`) },
      say(
        language,
        '在图层属性 → 符号化 → 样式 → 加载样式中载入',
        'Layer Properties → Symbology → Style → Load Style',
      ),
    ],
  ];
  const head = [say(language, '方式', 'By'), say(language, '地址', 'Address'), say(language, '说明', 'Note')];
  return table(head, rows);
}

function crsList(box: FeatureCollection['box'], language: Language): string {
  const head = [say(language, '坐标系', 'System'), say(language, '地址', 'Address')];
  const rows = offeredCrs(box).map((epsg): Cell[] => [
    crsName(epsg, language),
    { html: `<code>${escapeHtml(crsUri(epsg))}</code>` },
  ]);
  return table(head, rows);
}

/** As the authority orders the axes; CRS84 is longitude first. */
function crsName(epsg: number, language: Language): string {
  if (epsg === 84) return say(language, 'CRS84（WGS 84，经度在前）', 'CRS84 (WGS 84, longitude first)');
  if (epsg === 3857) return say(language, 'Web 墨卡托（网页地图）', 'Web Mercator');
  const crs = crsTable.get(epsg)!;
  if (language === 'zh') return crs.nameZh;
  if (crs.kind === 'geographic') return `${epsg === 4490 ? 'CGCS2000' : 'WGS 84'}, latitude and longitude`;
  const zone = crs.zonePrefix
    ? `zone ${crs.zone}, with its number`
    : `central meridian ${crs.centralMeridian}°E`;
  return `CGCS2000, ${crs.zoneWidth}° zones, ${zone}`;
}
