/** A style as the renderer of QGIS (≥ 3.16): read from `.qml`, `.qlr` and `.qgs` alike. */
import type { Language } from '../standard.js';
import type { FillSymbol, Style } from './style-table.js';

export const xml = (text: string): string =>
  text
    // characters that XML 1.0 does not have
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

export function rendererXml(style: Style, language: Language): string {
  if (style.kind === 'single') {
    return `<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0"><symbols>${symbolXml(style.symbol, '0')}</symbols></renderer-v2>`;
  }
  const entries = [
    ...style.classes.map((one) => ({
      value: one.value,
      label: one.label[language],
      symbol: one as FillSymbol,
    })),
    { value: '', label: language === 'zh' ? '其他' : 'Other', symbol: style.other },
  ];
  const categories = entries.map(
    ({ value, label }, i) =>
      `<category value="${xml(value)}" label="${xml(label)}" symbol="${i}" render="true"/>`,
  );
  const symbols = entries.map(({ symbol }, i) => symbolXml(symbol, String(i)));
  const { order } = style;
  const ordered =
    order === undefined
      ? ''
      : `<orderby><orderByClause asc="1" nullsFirst="0">${xml(order)}</orderByClause></orderby>`;
  return `<renderer-v2 type="categorizedSymbol" attr="${xml(style.expression)}" symbollevels="0" enableorderby="${order === undefined ? 0 : 1}" forceraster="0"><categories>${categories.join('')}</categories><symbols>${symbols.join('')}</symbols>${ordered}</renderer-v2>`;
}

function symbolXml(symbol: FillSymbol, name: string): string {
  const { fill, opacity, stroke, strokeMm, hatched } = symbol;
  const outline = layerXml('SimpleFill', {
    color: rgba(fill === 'none' ? '#ffffff' : fill, fill === 'none' ? 0 : opacity),
    style: fill === 'none' || hatched ? 'no' : 'solid',
    outline_color: rgba(stroke, 1),
    outline_style: 'solid',
    outline_width: String(strokeMm),
    outline_width_unit: 'MM',
    joinstyle: 'bevel',
  });
  const lines = hatched
    ? layerXml(
        'LinePatternFill',
        { angle: '45', distance: '2', distance_unit: 'MM', color: rgba(stroke, 1) },
        `<symbol type="line" name="@${name}@1" alpha="1" clip_to_extent="1" force_rhr="0">${layerXml(
          'SimpleLine',
          {
            ...{ line_color: rgba(stroke, 1), line_width: '0.3', line_width_unit: 'MM', line_style: 'solid' },
          },
        )}</symbol>`,
      )
    : '';
  return `<symbol type="fill" name="${name}" alpha="1" clip_to_extent="1" force_rhr="0">${outline}${lines}</symbol>`;
}

/** Properties twice: `prop` is what QGIS before 3.20 reads, `Option` what later ones write. */
function layerXml(type: string, options: Readonly<Record<string, string>>, inner = ''): string {
  const entries = Object.entries(options);
  const map = entries.map(([name, value]) => `<Option name="${name}" type="QString" value="${xml(value)}"/>`);
  const props = entries.map(([name, value]) => `<prop k="${name}" v="${xml(value)}"/>`);
  return `<layer class="${type}" enabled="1" locked="0" pass="0"><Option type="Map">${map.join('')}</Option>${props.join('')}${inner}</layer>`;
}

function rgba(colour: string, opacity: number): string {
  const part = (at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5), Math.round(255 * opacity)].join(',');
}
