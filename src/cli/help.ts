/** What `help` prints, in one language: commands, exit codes and every setting. */
import type { Language } from '../http/language.js';
import { settings } from './config.js';
import { drawTable } from './text-table.js';

const commands: readonly (readonly [usage: string, zh: string, en: string])[] = [
  ['serve [--host H] [--port P]', '启动服务', 'start the service'],
  [
    'check FILE [--stage pre-review|approval] [--rule-pack ID] [--on-date D] [--as-of D] [--crs EPSG] [--layer NAME] [--encoding GBK|UTF-8] [--facts NAME:VALUE,…] [--verify] [--repair] [--format table|json|geojson|gpkg|shp|fgb|csv|txt] [--what parcels|pieces|classes|findings|checklist] [--to-crs EPSG] [--to-encoding gbk|utf-8] [--numbering renumber|keep] [--wkt] [--out FILE]',
    '预检一个地块文件（- 为标准输入）',
    'check a file of parcels (- is standard input)',
  ],
  [
    'convert IN OUT [--to-crs EPSG] [--crs EPSG] [--layer NAME] [--encoding GBK|UTF-8] [--format geojson|gpkg|shp|fgb|csv|txt] [--to-encoding gbk|utf-8] [--numbering renumber|keep] [--repair]',
    '转换地块文件的格式或坐标系',
    'convert a file of parcels to another format or CRS',
  ],
  [
    'bundles FILE [--rule-pack ID] [--across road:30,green:20] [--gap-tolerance M] [--min-shared-edge M] [--propose [--min-area M2] [--max-area M2] [--uses industry,housing] [--max-gap M] [--include IDS] [--exclude IDS] [--limit N]] [--crs EPSG] [--on-date D] [--as-of D] [--repair] [--format table|json] [--out FILE]',
    '宗地组合供应：相邻关系、可组合的地块、推荐方案',
    'bundles of neighbouring parcels that may be supplied as one project',
  ],
  [
    'fragments FILE [--discover [--min-area M2] [--approved LAYERS|none]] [--merge-txt FILE] [--gap-tolerance M] [--min-shared-edge M] [--crs EPSG] [--on-date D] [--as-of D] [--repair] [--format table|json] [--out FILE]',
    '零星地块：3 亩、10% 核对，类型与依据，相邻产业地块，归并外轮廓（国土 TXT）',
    'fragments of construction land: limits, kinds, hosts, merged outlines (国土 TXT)',
  ],
  [
    'measure ID FILE [--format table|json|geojson|txt] [--out FILE]',
    '运行一项政策测算（输入为 JSON 文件，- 为标准输入）',
    'run a measure of the policy documents on a JSON file (- is standard input)',
  ],
  ['measures', '列出政策测算', 'list the measures'],
  [
    'import LAYER FILE [--data-date D] [--coverage FILE|CODES] [--crs EPSG] [--layer NAME] [--encoding GBK|UTF-8] [--mapping FILE.json]',
    '导入图层新版本',
    'import a new version of a layer',
  ],
  ['layers [--format table|json]', '列出图层', 'list the layers'],
  [
    'rule-packs [list] | validate FILE | add FILE',
    '列出、校验、加入规则包',
    'list, verify or add rule packs',
  ],
  ['migrate', '升级数据库结构', "bring the database to this version's schema"],
  ['sample [--patches N] [--seed N] [--out DIR]', '生成示例城市', 'make the sample city'],
  ['keys new --scope read|check|admin [--name NAME]', '生成密钥', 'make an API key'],
  ['version', '版本', 'print the version'],
  ['help', '本说明', 'print this'],
];

export function helpText(language: Language): string {
  const zh = language === 'zh';
  const left = { title: '', align: 'left' } as const;
  const usage = commands.map(
    ([text, inChinese, inEnglish]) => `  ${text}\n      ${zh ? inChinese : inEnglish}`,
  );
  const codes = zh
    ? '退出码：0 全部不涉及，1 涉及，2 无法判定，3 输入有误，4 内部错误'
    : 'Exit codes: 0 all clear, 1 attention or prohibited, 2 undetermined, 3 bad input, 4 internal';
  const table = drawTable(
    [
      { ...left, title: zh ? '环境变量' : 'Setting' },
      { ...left, title: zh ? '默认' : 'Default' },
      { ...left, title: zh ? '含义' : 'Meaning' },
    ],
    Object.values(settings).map(({ env, fallback, about }) => [env, fallback, about[language]]),
  );
  const title = zh ? '一张图预检' : 'land-use pre-check against the one-map layers';
  const common = zh ? '所有命令可加 --lang zh|en' : 'Every command takes --lang zh|en';
  return `onemap-precheck — ${title}\n\n${usage.join('\n')}\n\n${common}\n${codes}\n\n${table}`;
}
