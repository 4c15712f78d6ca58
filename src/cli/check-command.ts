/** `check FILE`: one check at the terminal, through the same service as the network. */
import { basename } from 'node:path';
import type { CheckRequest } from '../checks/check-parts.js';
import type { Check } from '../checks/check-types.js';
import { localize } from '../http/language.js';
import type { Service } from '../http/service.js';
import { type Arguments, dayOf, oneOf, readArguments } from './arguments.js';
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
  verify: { type: 'boolean' },
  repair: { type: 'boolean' },
  format: { type: 'string' },
  out: { type: 'string' },
} as const;

const formats = ['table', 'json', 'geojson'] as const;

export const checkCommand: Command = async (args, context) => {
  const given = readArguments(args, options, 1);
  const format = oneOf('format', given.text('format') ?? 'table', formats);
  const request = await readRequest(given, context);
  return withService(context, async (service, signal) => {
    const check = JSON.parse((await service.createCheck(request, signal)).answer.toString()) as Check;
    const text = await print(check, format, service, context);
    const out = given.text('out');
    if (out === undefined) context.terminal.stdout.write(text);
    else await writeOutput(out, text, context.terminal);
    return exitCodeOfVerdict[check.verdict];
  });
};

async function readRequest(given: Arguments, { terminal, config }: CommandContext): Promise<CheckRequest> {
  const file = given.files[0] ?? '-';
  const [rulePack, onDate, asOf, crs] = ['rule-pack', 'on-date', 'as-of', 'crs'].map((name) =>
    given.text(name),
  );
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
  };
}

async function print(
  check: Check,
  format: (typeof formats)[number],
  service: Service,
  { language }: CommandContext,
): Promise<string> {
  if (format === 'table') return drawCheck(check, language);
  const content = format === 'json' ? check : await service.checkPieces(check.id);
  return `${JSON.stringify(localize(content, language), null, 2)}\n`;
}
