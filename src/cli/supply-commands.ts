/** `bundles FILE` and `fragments FILE`: 宗地组合供应 and 零星地块 at the terminal, through the same service as the network. */
import { writeFile } from 'node:fs/promises';
import { localize } from '../http/language.js';
import type { BundleRequest, Standing } from '../supply/bundle-types.js';
import type { FragmentRequest } from '../supply/fragment-types.js';
import { mergedTxt } from '../supply/merged-txt.js';
import { readAcross, readList } from '../supply/read-across.js';
import { readProposal } from '../supply/read-proposal.js';
import { type Arguments, badArguments, dayOf, oneOf, readArguments } from './arguments.js';
import { drawBundles } from './bundle-table.js';
import { type Command, type CommandContext, withService } from './command.js';
import { exitCodeOfVerdict } from './exit-codes.js';
import { mediaTypeOfFile, readInputFile, writeOutput } from './files.js';
import { drawFragments } from './fragment-table.js';

const text = { type: 'string' } as const;
const common = {
  crs: text,
  'on-date': text,
  'as-of': text,
  repair: { type: 'boolean' },
  'gap-tolerance': text,
  'min-shared-edge': text,
  format: text,
  out: text,
} as const;

const bundleOptions = {
  ...common,
  'rule-pack': text,
  across: text,
  propose: { type: 'boolean' },
  'min-area': text,
  'max-area': text,
  uses: text,
  'max-gap': text,
  include: text,
  exclude: text,
  limit: text,
} as const;

const formats = ['table', 'json'] as const;

export const exitCodeOfStanding: Readonly<Record<Standing, 0 | 1 | 2>> = {
  eligible: 0,
  'not-eligible': 1,
  undetermined: 2,
};

export const bundlesCommand: Command = async (args, context) => {
  const given = readArguments(args, bundleOptions, 1);
  const format = oneOf('format', given.text('format') ?? 'table', formats);
  const request: BundleRequest = {
    ...(await readSupplyFile(given, context)),
    rulePack: given.text('rule-pack'),
    across: readAcross(given.text('across')),
    propose: readProposal(given.flag('propose'), {
      minAreaM2: numberOf(given, 'min-area'),
      maxAreaM2: numberOf(given, 'max-area'),
      maxGapM: numberOf(given, 'max-gap'),
      limit: numberOf(given, 'limit'),
      uses: readList(given.text('uses')),
      include: readList(given.text('include')),
      exclude: readList(given.text('exclude')),
    }),
  };
  return withService(context, async (service, signal) => {
    const answer = await service.createBundles(request, signal);
    const { language, terminal } = context;
    const printed =
      format === 'table'
        ? drawBundles(answer, language)
        : `${JSON.stringify(localize(answer, language), null, 2)}\n`;
    const out = given.text('out');
    if (out === undefined) terminal.stdout.write(printed);
    else await writeOutput(out, printed, terminal);
    // parcels that no bundle holds are nobody's verdict: the code is that of the worst bundle, 1 where there is none
    const codes = answer.bundles.map((bundle) => exitCodeOfStanding[bundle.standing]);
    return codes.length === 0 ? 1 : codes.includes(2) ? 2 : Math.max(...codes);
  });
};

const fragmentOptions = {
  ...common,
  discover: { type: 'boolean' },
  'min-area': text,
  approved: text,
  'merge-txt': text,
} as const;

export const fragmentsCommand: Command = async (args, context) => {
  const given = readArguments(args, fragmentOptions, 1);
  const format = oneOf('format', given.text('format') ?? 'table', formats);
  const request: FragmentRequest = {
    ...(await readSupplyFile(given, context)),
    discover: given.flag('discover'),
    minAreaM2: numberOf(given, 'min-area'),
    approved: readList(given.text('approved')),
  };
  return withService(context, async (service, signal) => {
    const answer = await service.createFragments(request, signal);
    const { language, terminal } = context;
    const printed =
      format === 'table'
        ? drawFragments(answer, language)
        : `${JSON.stringify(localize(answer, language), null, 2)}\n`;
    const [out, mergeTxt] = [given.text('out'), given.text('merge-txt')];
    if (out === undefined) terminal.stdout.write(printed);
    else await writeOutput(out, printed, terminal);
    if (mergeTxt !== undefined) await writeFile(mergeTxt, mergedTxt(answer));
    return exitCodeOfVerdict[answer.verdict];
  });
};

async function readSupplyFile(given: Arguments, { terminal, config }: CommandContext) {
  const file = given.files[0] ?? '-';
  const [onDate, asOf] = [given.text('on-date'), given.text('as-of')];
  return {
    body: await readInputFile(file, terminal, config.maxBodyBytes),
    contentType: mediaTypeOfFile(file),
    crs: given.text('crs'),
    repair: given.flag('repair'),
    onDate: onDate === undefined ? undefined : dayOf('on-date', onDate),
    asOf: asOf === undefined ? undefined : dayOf('as-of', asOf),
    gapToleranceM: numberOf(given, 'gap-tolerance'),
    minSharedEdgeM: numberOf(given, 'min-shared-edge'),
  };
}

function numberOf(given: Arguments, name: string): number | undefined {
  const value = given.text(name);
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw badArguments({
    zh: `--${name} 应为数值，给的是 ${value}。`,
    en: `--${name} must be a number, not ${value}.`,
  });
}
