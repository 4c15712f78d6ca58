import { describe, expect, it } from 'vitest';
import { parcels } from '../http/test-app.js';
import { stage } from './test-terminal.js';

describe('a check at the terminal', () => {
  it('is a table and what each finding asks for', async () => {
    const at = stage({}, parcels('clear', 'attention'));
    await at.run('check', '-');
    expect(at.out().split('\n')).toEqual([
      '预检 chk_1   阶段 用地预审与规划选址',
      '规则包 henan-2025 1',
      '总结论 涉及—需论证',
      '',
      '地块  名称   面积㎡  面积亩  图层          数据        涉及㎡  涉及亩  净面积㎡  未涉及㎡  未知㎡  结论',
      '────  ─────  ──────  ──────  ────────────  ──────────  ──────  ──────  ────────  ────────  ──────  ───────────',
      'DK-1  地块1  100.00    0.15  生态保护红线  2024-12-31    0.00    0.00         —    100.00    0.00  不涉及',
      'DK-2  地块2  100.00    0.15  生态保护红线  2024-12-31   12.34    0.02         —     87.66    0.00  涉及—需论证',
      '',
      'DK-1 地块1  不涉及',
      '  不涉及  涉及生态保护红线',
      '    重叠 12.34 ㎡。',
      '    依据  焦政办规〔2025〕1号 (六)',
      '    须提交  论证报告',
      '  ✓ 不涉及永久基本农田。',
      '',
      'DK-2 地块2  涉及—需论证',
      '  涉及—需论证  涉及生态保护红线',
      '    重叠 12.34 ㎡。',
      '    依据  焦政办规〔2025〕1号 (六)',
      '    须提交  论证报告',
      '  ✓ 不涉及永久基本农田。',
      '',
    ]);
  });

  it('speaks English when asked to', async () => {
    const at = stage({}, parcels('prohibited'));
    await at.run('--lang=en', 'check', '-');
    expect(at.out()).toContain('Verdict prohibited');
    expect(at.out()).toContain('Hand in  A report');
    expect(at.out()).not.toMatch(/结论|须提交/);
  });
});
