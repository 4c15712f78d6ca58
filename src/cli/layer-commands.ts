/** `import LAYER FILE` and `layers`: bringing a layer in, and seeing which there are. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { localize } from '../http/language.js';
import type { ImportOptions, LayerVersionInfo } from '../http/service.js';
import type { LayerCertificate } from '../layers/certificate.js';
import type { FieldMapping } from '../layers/fields.js';
import { type Arguments, badArguments, dayOf, oneOf, readArguments } from './arguments.js';
import { type Command, type CommandContext, withService } from './command.js';
import { existingFile, existingFileOrGeodatabase } from './files.js';
import type { Terminal } from './terminal.js';
import { drawTable, printable } from './text-table.js';

const importArguments = {
  'data-date': { type: 'string' },
  coverage: { type: 'string' },
  crs: { type: 'string' },
  layer: { type: 'string' },
  encoding: { type: 'string' },
  mapping: { type: 'string' },
} as const;

export const importCommand: Command = async (args, context) => {
  const given = readArguments(args, importArguments, 2);
  const { terminal, say } = context;
  const [layer = '', file = ''] = given.files;
  const path = await existingFileOrGeodatabase(file, terminal);
  const importOptions = await readImportOptions(given, terminal);
  return withService(context, async (service, signal, progress) => {
    const id = layer.toLowerCase();
    const source = { path, name: basename(path) };
    const version = await service.importLayer(id, source, importOptions, signal, progress.show);
    progress.stop();
    terminal.stdout.write(
      `${say('已导入', 'Imported')} ${id} ${version.version}\n${describe(version, context)}`,
    );
    return 0;
  });
};

async function readImportOptions(given: Arguments, terminal: Terminal): Promise<ImportOptions> {
  const names = ['data-date', 'coverage', 'crs', 'layer', 'encoding', 'mapping'];
  const [dataDate, coverage, crs, layer, encoding, mapping] = names.map((name) => given.text(name));
  return {
    ...(dataDate !== undefined && { dataDate: dayOf('data-date', dataDate) }),
    ...(coverage !== undefined && { coverage: await readCoverage(coverage, terminal) }),
    ...(crs !== undefined && { crs }),
    ...(layer !== undefined && { layer }),
    ...(encoding !== undefined && { encoding }),
    ...(mapping !== undefined && { fields: await readMapping(mapping, terminal) }),
  };
}

/** A JSON file `{ "name in the file": "standard name" }`. */
async function readMapping(name: string, terminal: Terminal): Promise<Record<string, string>> {
  const text = await readFile(await existingFile(name, terminal), 'utf8');
  try {
    const mapping: unknown = JSON.parse(text);
    if (isMapping(mapping)) return mapping;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badArguments({
    zh: `--mapping 文件 ${name} 应为 JSON 对象，例如 {"地类":"DLBM","系数":"KCXS"}。`,
    en: `The --mapping file ${name} must be a JSON object such as {"地类":"DLBM","系数":"KCXS"}.`,
  });
}

const isMapping = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((standard) => typeof standard === 'string' && standard !== '');

/** Digits and commas are administrative codes, anything else is a file. */
async function readCoverage(
  value: string,
  terminal: Terminal,
): Promise<NonNullable<ImportOptions['coverage']>> {
  if (/^\d{2,12}(,\d{2,12})*$/.test(value)) return { districts: value.split(',') };
  return { polygonFile: await existingFile(value, terminal) };
}

function describe(version: LayerVersionInfo, context: CommandContext): string {
  const { say } = context;
  const lines = [
    `  ${say('数据日期', 'data date')}  ${version.dataDate ?? '—'}`,
    `  ${say('要素数', 'features')}  ${version.featureCount}`,
    `  ${say('覆盖范围', 'coverage')}  ${version.coverage}`,
  ];
  for (const [name, figure] of figuresOf(version.certificate ?? {}))
    lines.push(`  ${name}  ${printable(figure)}`);
  return `${lines.join('\n')}\n${describeSource(version, context)}`;
}

/** What the file was taken for, and which of its fields for which: a wrong match must be seen at once. */
function describeSource({ certificate }: LayerVersionInfo, { say }: CommandContext): string {
  const { source, fields = [] } = (certificate ?? {}) as Partial<LayerCertificate>;
  const container = source?.container;
  const found = container
    ? `  ${say('来自', 'found in')}  ${container.format} ${printable(container.layer)}${container.encoding ? ` (${container.encoding})` : ''}\n`
    : '';
  const how: Readonly<Record<FieldMapping['how'], string>> = {
    exact: say('标准名', 'standard name'),
    alias: say('别名', 'alias'),
    chinese: say('中文名', 'Chinese name'),
    declared: say('按指定', 'as told'),
    unmatched: say('未识别，原样保留', 'not known, kept as it is'),
    shadowed: say('被同义字段取代', 'another field took its place'),
  };
  const rows = fields.map((field) => [printable(field.source), field.standard ?? '—', how[field.how]]);
  const titles = [say('文件字段', 'Field'), say('标准字段', 'Standard'), say('依据', 'How')];
  return `${found}${drawTable(
    titles.map((title) => ({ title, align: 'left' as const })),
    rows,
  )}`;
}

/** Figures of the certificate, two levels deep; the whole of it stands with the layer's versions. */
function figuresOf(certificate: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(certificate).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'number') return [[name, String(value)]];
    if (Array.isArray(value)) return [[name, String(value.length)]];
    if (typeof value !== 'object' || value === null) return [];
    const inner = Object.entries(value).filter(([, figure]) => typeof figure === 'number');
    return inner.map(([key, figure]) => [`${name}.${key}`, String(figure)]);
  });
}

export const layersCommand: Command = async (args, context) => {
  const given = readArguments(args, { format: { type: 'string' } }, 0);
  const format = oneOf('format', given.text('format') ?? 'table', ['table', 'json']);
  const { terminal, language, say } = context;
  return withService(context, async (service) => {
    const layers = localize(await service.listLayers(), language);
    if (format === 'json') {
      terminal.stdout.write(`${JSON.stringify({ layers }, null, 2)}\n`);
      return 0;
    }
    const rows = layers.map(({ id, name, active }) => [
      id,
      name,
      active?.version ?? say('无数据', 'no data'),
      active?.dataDate ?? '—',
      active ? String(active.featureCount) : '—',
      active?.coverage ?? '—',
    ]);
    const titles =
      language === 'zh'
        ? ['图层', '名称', '版本', '数据日期', '要素数', '覆盖范围']
        : ['Layer', 'Name', 'Version', 'Data date', 'Features', 'Coverage'];
    terminal.stdout.write(
      drawTable(
        titles.map((title, i) => ({ title, align: i === 4 ? 'right' : 'left' })),
        rows,
      ),
    );
    return 0;
  });
};
