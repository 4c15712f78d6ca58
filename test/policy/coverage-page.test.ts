import { expect, it } from 'vitest';
import { getRulePack } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import type { CoverageRow } from '../../src/policy/rule-pack-types.js';

const intro = `# 政策措施覆盖情况 · What of the documents is computed

本表由规则包生成，测试保证其为最新；网络接口为 \`GET /v1/rule-packs/jiaozuo-2025/coverage\`。
Drawn from the rule packs; a test keeps it current. Over the network: \`GET /v1/rule-packs/jiaozuo-2025/coverage\`.

方式：规则＝预检时判定；测算＝\`POST /v1/measures/{measure}\`；提示＝只指出触发；服务＝由服务其他部分承担；不计算＝附原因。
By: rule = judged on the check; measure = a process of its own; trigger = pointed out only; service = another part of the service; none = with the reason.
`;

const words: Readonly<Record<CoverageRow['by'], string>> = {
  ...{ rule: '规则 rule', measure: '测算 measure', trigger: '提示 trigger' },
  ...{ service: '服务 service', none: '不计算 none' },
};

const code = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(' ');

it('docs/policy-coverage.md is current', async () => {
  const { coverage, documents } = getRulePack(builtInRulePacks(), 'jiaozuo-2025');
  const tables = Object.entries(coverage).flatMap(([key, rows]) => {
    const { number, title } = documents[key]!;
    return [
      `## ${number === undefined ? title : `${number} ${title}`}`,
      '',
      '| 条款 | 措施 measure | 方式 by | 规则、测算 rules, measures | 说明 note |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(({ article, title: name, by, rules, measures, reason, note }) => {
        const said = reason ?? note;
        return `| ${article} | ${name.zh}<br>${name.en} | ${words[by]} | ${code([...rules, ...measures])} | ${said ? `${said.zh}<br>${said.en}` : ''} |`;
      }),
      '',
    ];
  });
  await expect([intro, ...tables].join('\n')).toMatchFileSnapshot('../../docs/policy-coverage.md');
});
