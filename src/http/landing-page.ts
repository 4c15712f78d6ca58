/** The front page: what this is and where to go. The planner's own page is another room. */
import type { Language } from './language.js';
import { escapeHtml, type Page } from './page.js';

const curl = (address: string): string => `curl -s -X POST -H 'content-type: application/geo+json' \\
  --data-binary @sample-data/parcels/demo.geojson \\
  '${address}/v1/checks?stage=pre-review'`;

/** `address`: under which the caller knows the service. */
export function landingPage(language: Language, address: string): Page {
  return language === 'zh' ? chinese(address) : english(address);
}

function chinese(address: string): Page {
  return {
    title: '一张图预检',
    body: `<h1>一张图预检 onemap-precheck</h1>
<p>提交地块，得到它与城镇开发边界、生态保护红线、永久基本农田、地类图斑等图层的叠加面积（闭合到 0.01 ㎡）、结论与依据条款。</p>
<p>四种结论：<b>不涉及</b>、<b>涉及—需论证</b>、<b>涉及—禁止</b>、<b>无法判定</b>。数据缺失时一律为“无法判定”，绝不当作“不涉及”。</p>
<pre>${escapeHtml(curl(address))}</pre>
${links(address, ['图层与预检成果（OGC 服务，可在浏览器、QGIS 中打开）', 'WFS（QGIS、ArcGIS 等）', '接口说明', 'OpenAPI 3.1', '图层与版本', '规则包', '已存的预检', '运行状态'])}`,
  };
}

function english(address: string): Page {
  return {
    title: 'onemap-precheck',
    body: `<h1>onemap-precheck 一张图预检</h1>
<p>Send parcels; get their overlap with the urban development boundary, the ecological red line, permanent basic farmland and land-use patches, closing to 0.01 m², with a verdict and the article it rests on.</p>
<p>Four verdicts: <b>clear</b>, <b>attention</b>, <b>prohibited</b>, <b>undetermined</b>. Missing data is always undetermined, never clear.</p>
<pre>${escapeHtml(curl(address))}</pre>
${links(address, ['Layers and results (OGC services, in a browser or in QGIS)', 'WFS (QGIS, ArcGIS and others)', 'The interface', 'OpenAPI 3.1', 'Layers and versions', 'Rule packs', 'Stored checks', 'State of the service'])}`,
  };
}

const paths = [
  ...['/ogc', '/wfs?service=WFS&request=GetCapabilities'],
  ...['/docs', '/openapi.json', '/v1/layers', '/v1/rule-packs', '/v1/checks', '/readyz'],
];

const links = (address: string, labels: readonly string[]): string =>
  `<ul>${paths
    .map((path, i) => {
      const [href, shown] = [escapeHtml(`${address}${path}`), escapeHtml(path.split('?')[0]!)];
      return `<li><a href="${href}">${escapeHtml(labels[i] ?? path)}</a> <code>${shown}</code></li>`;
    })
    .join('')}</ul>`;
