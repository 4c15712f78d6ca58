/** `check FILE`: one check at the terminal, through the same service as the network. */
import { basename } from 'node:path';
import type { CheckRequest } from '../checks/check-parts.js';
import { type ReportFile, type ReportRequest, reportFormats } from '../checks/check-report.js';
import type { Check } from '../checks/check-types.js';
import { reportParts } from '../checks/report-tables.js';
import { localize } from '../http/language.js';
import { txtNumberings } from '../parcels/parcels-as-txt.js';
import { readFactsText } from '../policy/facts-text.js';
import { type Arguments, badArguments, dayOf, oneOf, readArguments } from './arguments.js';
import { drawCheck } from './check-table.js';
import { type Command, type CommandContext, withService } from './command.js';
import { exitCodeOfVerdict } from './exit-codes.js';
import { mediaTypeOfFile, readInputFile, writeOutput } from './files.js';

const options = {
  stage: { type: 'string' },
  'rule-pack': { type: 'string' },
  'on-date': { type: 'string' },
  'as-of': { type: 'string' },
  crs: { type: 'string' },
  layer: { type: 'string' },
  encoding: { type: 'string' },
  facts: { type: 'string' },
  verify: { type: 'boolean' },
  repair: { type: 'boolean' },
  format: { type: 'string' },
  what: { type: 'string' },
  'to-crs': { type: 'string' },
  'to-encoding': { type: 'string' },
  numbering: { type: 'string' },
  wkt: { type: 'boolean' },
  out: { type: 'string' },
} as const;

const formats = ['table', 'json', ...reportFormats] as const;
type Format = (typeof formats)[number];

export const checkCommand: Command = async (args, context) => {
  const given = readArguments(args, options, 1);
  const format = oneOf('format', given.text('format') ?? 'table', formats);
  const report = readReport(given, format, context.language);
  if (given.text('out') === undefined && context.terminal.stdout.isTTY === true) refuseBinary(format);
  const request = await readRequest(given, context);
  const { terminal, language } = context;
  return withService(context, async (service, signal) => {
    const check = JSON.parse((await service.createCheck(request, signal)).answer.toString()) as Check;
    const content = report
      ? noteLosses(await service.checkReport(check.id, report, signal), context)
      : print(check, format, language);
    const out = given.text('out');
    if (out === undefined) terminal.stdout.write(content);
    else await writeOutput(out, content, terminal);
    return exitCodeOfVerdict[check.verdict];
  });
};

/** What of the check goes into the file; undefined where none is written. GeoJSON shows the pieces unless asked otherwise. */
function readReport(
  given: Arguments,
  format: Format,
  language: ReportRequest['language'],
): ReportRequest | undefined {
  const [what, crs, encoding] = [given.text('what'), given.text('to-crs'), given.text('to-encoding')];
  const numbering = given.text('numbering');
  const wkt = given.flag('wkt');
  if (format === 'table' || format === 'json') {
    if ((what ?? crs ?? encoding ?? numbering) === undefined && !wkt) return undefined;
    const list = reportFormats.join(' | ');
    throw badArguments({
      zh: `--what、--to-crs、--to-encoding、--numbering、--wkt 只用于 --format ${list}。`,
      en: `--what, --to-crs, --to-encoding, --numbering and --wkt belong to --format ${list}.`,
    });
  }
  const part =
    what === undefined ? (format === 'geojson' ? 'pieces' : undefined) : oneOf('what', what, reportParts);
  return {
    format,
    language,
    ...(part !== undefined && { part }),
    ...(crs !== undefined && { crs }),
    ...(encoding !== undefined && { encoding: oneOf('to-encoding', encoding, ['gbk', 'utf-8']) }),
    ...(numbering !== undefined && { numbering: oneOf('numbering', numbering, txtNumberings) }),
    ...(wkt && { wkt }),
  };
}

function refuseBinary(format: Format): void {
  if (format !== 'gpkg' && format !== 'shp' && format !== 'fgb') return;
  throw badArguments({
    zh: `--format ${format} 是二进制文件，请用 --out 指定文件名。`,
    en: `--format ${format} is a binary file: name it with --out.`,
  });
}

function noteLosses({ bytes, losses }: ReportFile, { terminal, language }: CommandContext): Uint8Array {
  for (const { detail } of losses) terminal.stderr.write(`! ${detail[language]}\n`);
  return bytes;
}

async function readRequest(given: Arguments, { terminal, config }: CommandContext): Promise<CheckRequest> {
  const file = given.files[0] ?? '-';
  const names = ['rule-pack', 'on-date', 'as-of', 'crs', 'layer', 'encoding', 'facts'];
  const [rulePack, onDate, asOf, crs, layer, encoding, facts] = names.map((name) => given.text(name));
  const stage = oneOf('stage', given.text('stage') ?? 'pre-review', ['pre-review', 'approval']);
  return {
    body: await readInputFile(file, terminal, config.maxBodyBytes),
    contentType: mediaTypeOfFile(file),
    stage,
    verify: given.flag('verify'),
    repair: given.flag('repair'),
    ...(file !== '-' && { fileName: basename(file) }),
    ...(rulePack !== undefined && { rulePack }),
    ...(onDate !== undefined && { onDate: dayOf('on-date', onDate) }),
    ...(asOf !== undefined && { asOf: dayOf('as-of', asOf) }),
    ...(crs !== undefined && { crs }),
    ...(layer !== undefined && { layer }),
    ...(encoding !== undefined && { encoding }),
    ...(facts !== undefined && { facts: readFactsText(facts) }),
  };
}

const print = (check: Check, format: Format, language: CommandContext['language']): string =>
  format === 'table' ? drawCheck(check, language) : `${JSON.stringify(localize(check, language), null, 2)}\n`;
