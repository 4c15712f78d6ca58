/** Features as people read them: a map, a table, and the ways to open a check in QGIS. */
import { isCheckCollection } from '../../checks/check-collections.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { rootOf } from '../common/landing.js';
import { type DrawnFeature, drawMap } from '../common/map.js';
import { anchor, type Cell, folded, pageAnswer, say, table } from '../common/pages.js';
import { labelOf, type ShownField, shownFields, verdictOf } from '../common/shown-values.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';
import { fieldHead } from './field-table.js';
import type { ItemQuery } from './item-query.js';

export interface ReadFeature {
  id: string;
  geometry: { coordinates: number[][][][] } | null;
  properties: Record<string, unknown>;
}

export interface ReadPage {
  features: readonly ReadFeature[];
  matched: number;
  /** Addresses of the pages before and after. */
  prev?: string | undefined;
  next?: string | undefined;
}

export function itemsPage(
  request: StandardRequest,
  { collection, query }: ItemQuery,
  { features, matched, prev, next }: ReadPage,
  tag: string,
): StandardAnswer {
  const { language } = request;
  const { id, title, table: rowsOf } = collection;
  const own = `${rootOf(request)}/collections/${encodeURIComponent(id)}/items`;
  const address = (feature: string): string => `${own}/${encodeURIComponent(feature)}?f=html`;
  const fields = shownFields(id, query.fields ?? rowsOf.fields, language);
  const rows = features.map((feature) => [
    { html: anchor(address(feature.id), shortId(feature.id)) },
    ...fields.map((field) => rowCell(own, field, feature.properties[field.name])),
  ]);
  const drawn = features.flatMap((feature) => drawnFeature(id, fields, feature, address(feature.id)));
  const head = ['id', ...fields.map((field) => fieldHead(field.name, field.title))];
  const body = [
    `<p>${countText(language, matched, features.length)}${wayOn(language, prev, next)}</p>`,
    wayToQgis(request, id, features),
    drawMap(drawn, language),
    table(head, rows),
  ];
  return pageAnswer(request, title[language], body.join(''), tag);
}

export function itemPage(
  request: StandardRequest,
  { id: collection, title, table: { fields } }: FeatureCollection,
  feature: ReadFeature,
  tag: string,
): StandardAnswer {
  const { language } = request;
  const shown = shownFields(collection, fields, language);
  const rows = shown.map((field) => [
    ...[field.name, field.title],
    fromLeft(field.cell(feature.properties[field.name])),
  ]);
  const head = [say(language, '字段', 'Field'), say(language, '名称', 'Name'), say(language, '值', 'Value')];
  const map = drawMap(drawnFeature(collection, shown, feature), language);
  const body = wayToQgis(request, collection, [feature]) + map + table(head, rows);
  return pageAnswer(request, `${title[language]} · ${feature.id}`, body, tag);
}

/** Long texts folded; the id of a check leads to what is its own. */
function rowCell(own: string, field: ShownField, value: unknown): Cell {
  const cell = field.cell(value);
  if (typeof cell !== 'string') return cell;
  return field.name === 'check_id' && cell !== ''
    ? { html: anchor(`${own}?check_id=${encodeURIComponent(cell)}&f=html`, cell) }
    : folded(cell);
}

/** One below the other texts and figures begin at the same place. */
const fromLeft = (cell: Cell): Cell => (typeof cell !== 'string' && 'figure' in cell ? cell.figure : cell);

const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);

const countText = (language: Language, matched: number, shown: number): string =>
  say(language, `共 ${matched} 个要素，显示 ${shown} 个。`, `${matched} features, ${shown} shown. `);

function wayOn(language: Language, prev: string | undefined, next: string | undefined): string {
  const to = (href: string | undefined, text: string): string => (href ? `${anchor(href, text)} ` : '');
  return to(prev, say(language, '上一页', 'Page before')) + to(next, say(language, '下一页', 'Next page'));
}

function drawnFeature(
  collection: string,
  fields: readonly ShownField[],
  feature: ReadFeature,
  href?: string,
): DrawnFeature[] {
  const { geometry, properties } = feature;
  if (!geometry) return [];
  const label = labelOf(collection, fields, feature);
  const tone = verdictOf(collection, properties);
  return [{ label, ...tone, coordinates: geometry.coordinates, ...(href !== undefined && { href }) }];
}

/** Of features that belong to one check. */
function wayToQgis(request: StandardRequest, collection: string, features: readonly ReadFeature[]): string {
  const checks = new Set(features.map(({ properties }) => properties.check_id));
  const [check] = checks;
  if (!isCheckCollection(collection) || checks.size !== 1 || typeof check !== 'string') return '';
  const { language } = request;
  const own = `${rootOf(request)}/checks/${encodeURIComponent(check)}`;
  const ways = [
    anchor(`${own}/project.qgs`, say(language, '在 QGIS 中打开（工程 .qgs）', 'Open in QGIS (project .qgs)')),
    anchor(`${own}/layers.qlr`, say(language, '加入已打开的工程（.qlr）', 'Add to an open project (.qlr)')),
    anchor(
      `${request.base}/v1/checks/${encodeURIComponent(check)}`,
      say(language, '预检全文（JSON）', 'The whole check (JSON)'),
    ),
  ];
  const rest =
    collection === 'check-findings'
      ? say(
          language,
          '<br>全部地块合计的结论和未审查的图层见预检全文。',
          '<br>Findings over all parcels together, and layers not reviewed, are in the whole check.',
        )
      : '';
  return `<p>${ways.join(' · ')}${rest}</p>`;
}
