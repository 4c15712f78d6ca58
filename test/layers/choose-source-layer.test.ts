import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { getLayer } from '../../src/layers/catalogue.js';
import { chooseSourceLayer } from '../../src/layers/choose-source-layer.js';

const layer = (name: string, more: { title?: string; alias?: string; areal?: boolean } = {}) => ({
  ...{ id: name, name, kind: 'gdb' as const, title: '三区三线', alias: null, areal: true, featureCount: 1 },
  ...more,
});

function choose(names: readonly ReturnType<typeof layer>[], wanted: string, asked?: string): string {
  try {
    return chooseSourceLayer(names, getLayer(wanted), asked).id;
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.facts.detail?.zh}`;
    throw error;
  }
}

describe('the layer of a delivery', () => {
  const ministry = [layer('永久基本农田'), layer('陆域生态保护红线'), layer('城镇开发边界')];

  it('is found by its standard, Chinese or other name, and by its label', () => {
    expect(choose(ministry, 'stbhhx')).toBe('陆域生态保护红线');
    expect(choose(ministry, 'yjjbnt')).toBe('永久基本农田');
    expect(choose([layer('a', { alias: '地类图斑' }), layer('b')], 'dltb')).toBe('a');
    expect(choose([layer('whatever')], 'dltb')).toBe('whatever');
  });

  it('is asked for where several could be it, or none is', () => {
    expect(choose(ministry, 'dltb')).toMatch(/^bad-parameter: .*没有一个名为地类图斑.*“永久基本农田”/);
    expect(choose([layer('YJJBNT'), layer('YJJBNTTB')], 'yjjbnt')).toMatch(/^bad-parameter: .*都可作为/);
    expect(choose([layer('YJJBNT'), layer('YJJBNTTB')], 'yjjbnt', 'yjjbnttb')).toBe('YJJBNTTB');
    expect(choose(ministry, 'dltb', '没有')).toMatch(/^bad-parameter/);
    expect(choose([layer('点', { areal: false })], 'dltb')).toMatch(/^bad-layer-file/);
  });

  it('is not taken under the name of another layer without a word', () => {
    expect(choose([layer('DLTB')], 'stbhhx')).toMatch(/^bad-parameter: .*是地类图斑，不是生态保护红线/);
    expect(choose([layer('DLTB')], 'stbhhx', 'dltb')).toBe('DLTB');
  });

  it('czkfbj of a village system is asked for, not guessed', () => {
    const village = layer('czkfbj', { title: '某村规划/czkfbj' });
    expect(choose([village], 'czkfbj')).toMatch(/^bad-parameter: .*村庄开发边界/);
    expect(choose([village], 'czkfbj', 'czkfbj')).toBe('czkfbj');
    expect(choose([layer('czkfbj')], 'czkfbj')).toBe('czkfbj');
  });
});
