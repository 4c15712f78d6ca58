/** `import LAYER FILE` and `layers`: bringing a layer in, and seeing which there are. */
import { basename } from 'node:path';
import { localize } from '../http/language.js';
import type { ImportOptions, LayerVersionInfo } from '../http/service.js';
import { type Arguments, dayOf, oneOf, readArguments } from './arguments.js';
import { type Command, type CommandContext, withService } from './command.js';
import { existingFile } from './files.js';
import type { Terminal } from './terminal.js';
import { drawTable, printable } from './text-table.js';

export const importCommand: Command = async (args, context) => {
  const given = readArguments(
    args,
    { 'data-date': { type: 'string' }, coverage: { type: 'string' }, crs: { type: 'string' } },
    2,
  );
  const { terminal, say } = context;
  const [layer = '', file = ''] = given.files;
  const path = await existingFile(file, terminal);
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
  const [dataDate, coverage, crs] = ['data-date', 'coverage', 'crs'].map((name) => given.text(name));
  return {
    ...(dataDate !== undefined && { dataDate: dayOf('data-date', dataDate) }),
    ...(coverage !== undefined && { coverage: await readCoverage(coverage, terminal) }),
    ...(crs !== undefined && { crs }),
  };
}

/** Digits and commas are administrative codes, anything else is a file. */
async function readCoverage(
  value: string,
  terminal: Terminal,
): Promise<NonNullable<ImportOptions['coverage']>> {
  if (/^\d{2,12}(,\d{2,12})*$/.test(value)) return { districts: value.split(',') };
  return { polygonFile: await existingFile(value, terminal) };
}

function describe(version: LayerVersionInfo, { say }: CommandContext): string {
  const lines = [
    `  ${say('数据日期', 'data date')}  ${version.dataDate ?? '—'}`,
    `  ${say('要素数', 'features')}  ${version.featureCount}`,
    `  ${say('覆盖范围', 'coverage')}  ${version.coverage}`,
  ];
  for (const [name, figure] of figuresOf(version.certificate ?? {}))
    lines.push(`  ${name}  ${printable(figure)}`);
  return `${lines.join('\n')}\n`;
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
