/** `rule-packs`: which there are, whether a file is one, and taking one in. */
import { localize } from '../http/language.js';
import { badArguments, oneOf, readArguments } from './arguments.js';
import { type Command, type CommandContext, withService } from './command.js';
import { readInputFile } from './files.js';
import { drawTable } from './text-table.js';

const usage = {
  zh: '用法：rule-packs [list] | rule-packs validate 文件 | rule-packs add 文件。',
  en: 'Use: rule-packs [list] | rule-packs validate FILE | rule-packs add FILE.',
};

export const rulePacksCommand: Command = async (args, context) => {
  const [action = 'list', ...rest] = args[0]?.startsWith('--') ? ['list', ...args] : args;
  if (action === 'list') return listPacks(rest, context);
  if (action === 'validate' || action === 'add') return takePack(action, rest, context);
  throw badArguments(usage);
};

async function listPacks(args: readonly string[], context: CommandContext): Promise<number> {
  const given = readArguments(args, { format: { type: 'string' } }, 0);
  const format = oneOf('format', given.text('format') ?? 'table', ['table', 'json']);
  const { terminal, language, say } = context;
  return withService(context, async (service) => {
    const rulePacks = localize(await service.listRulePacks(), language);
    if (format === 'json') {
      terminal.stdout.write(`${JSON.stringify({ rulePacks }, null, 2)}\n`);
      return 0;
    }
    const titles =
      language === 'zh'
        ? ['规则包', '版本', '名称', '生效', '失效', '继承', '规则数', '用例']
        : ['Pack', 'Version', 'Name', 'From', 'To', 'Extends', 'Rules', 'Tests'];
    const rows = rulePacks.map((pack) => [
      ...[pack.id, pack.version, pack.name, pack.effectiveFrom, pack.effectiveTo ?? '—', pack.extends ?? '—'],
      ...[String(pack.ruleCount), testsText(pack.tests, say)],
    ]);
    const columns = titles.map((title, i) => ({
      title,
      align: i >= 6 ? ('right' as const) : ('left' as const),
    }));
    terminal.stdout.write(drawTable(columns, rows));
    for (const { id, version, tests } of rulePacks)
      for (const { name, detail } of tests.failed)
        terminal.stderr.write(`! ${id}@${version} “${name}”: ${detail}\n`);
    return 0;
  });
}

const testsText = (
  { cases, failed }: { cases: number; failed: readonly unknown[] },
  say: CommandContext['say'],
): string => {
  if (cases === 0) return say('无', 'none');
  return failed.length === 0
    ? say(`${cases} 符合`, `${cases} hold`)
    : say(`${cases} 中 ${failed.length} 不符`, `${failed.length} of ${cases} fail`);
};

async function takePack(
  action: 'validate' | 'add',
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const given = readArguments(args, {}, 1);
  const { terminal, config, say } = context;
  const bytes = await readInputFile(given.files[0]!, terminal, config.maxBodyBytes);
  const text = new TextDecoder().decode(bytes);
  return withService(context, async (service) => {
    const { id, version, ruleCount, testsRun, untried, broken, stored } = await service.addRulePack(
      text,
      action === 'validate',
    );
    const lines = [
      `${stored ? say('已存', 'Stored') : say('校验通过', 'Holds')}  ${id} ${version}  ${say('规则', 'rules')} ${ruleCount}  ${say('用例', 'tests')} ${testsRun}`,
      ...note(say('没有用例触发的规则', 'Rules no test fires'), untried.fires),
      ...note(say('没有用例通过的规则', 'Rules no test passes'), untried.passes),
      ...note(say('没有用例恰在门槛上的规则', 'Rules no test meets at the threshold'), untried.edge),
      ...broken.map(
        ({ pack, name }) =>
          `! ${say('其他规则包的用例不再符合', 'A test of another pack no longer holds')}  ${pack} “${name}”`,
      ),
    ];
    terminal.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  });
}

const note = (title: string, ids: readonly string[]): string[] =>
  ids.length > 0 ? [`  ${title}  ${ids.join(' ')}`] : [];
