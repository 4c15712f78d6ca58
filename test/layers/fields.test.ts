import { describe, expect, it } from 'vitest';
import { findLayerByName, getLayer, layerCatalogue, shownAttributes } from '../../src/layers/catalogue.js';
import { createFieldMatcher, fieldGroups } from '../../src/layers/fields.js';
import { createAttributeReader } from '../../src/layers/read-attributes.js';

describe('field names', () => {
  it.each([
    ['TKXS', 'KCXS'],
    ['kcxs', 'KCXS'],
    ['扣除地类系数', 'KCXS'],
    ['TKMJ', 'KCMJ'],
    ['GDPDJ', 'GDPDJB'],
    ['PDJB', 'GDPDJB'],
    ['JBNTTBBH', 'YJJBNTTBBH'],
    ['JBNTMJ', 'YJJBNTMJ'],
    ['地类编码', 'DLBM'],
    [' Dlbm ', 'DLBM'],
    ['QYMJ', 'MJ'],
    ['XJXZQDM', 'XZQDM'],
  ])('takes %s for %s', (source, standard) => {
    const matcher = createFieldMatcher();
    expect(matcher.normalise({ [source]: '1' })).toHaveProperty(standard);
    expect(matcher.mapping()[0]).toMatchObject({ source, standard });
  });

  it('no name stands for two fields', () => {
    const names = fieldGroups.flatMap((group) => [group.name, group.zh, ...group.aliases]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('prefers the standard name over its alias, whichever comes first, and drops neither', () => {
    const matcher = createFieldMatcher();
    expect(matcher.normalise({ TKXS: 0.2, KCXS: 0.1 })).toEqual({ KCXS: 0.1, TKXS: 0.2 });
    expect(matcher.normalise({ KCXS: 0.1, TKXS: 0.2 })).toEqual({ KCXS: 0.1, TKXS: 0.2 });
    expect(matcher.mapping().find((entry) => entry.source === 'TKXS')?.how).toBe('shadowed');
  });

  it('takes a declared name before every other', () => {
    const matcher = createFieldMatcher({ 地类: 'DLBM' });
    expect(matcher.normalise({ DLBM: '0101', 地类: '0301' })).toEqual({ DLBM: '0301', DLBM_: '0101' });
    expect(matcher.normalise({ 地类: '0301', DLBM: '0101' })).toEqual({ DLBM: '0301', DLBM_: '0101' });
  });

  it('keeps leading zeros, reads numbers written as text, and drops NUL padding', () => {
    const matcher = createFieldMatcher();
    expect(
      matcher.normalise({ DLBM: '0101\0\0', TBBH: '0007', KCXS: ' 0.12 ', BSM: 4108, 备注: '', X: '007' }),
    ).toEqual({
      DLBM: '0101',
      TBBH: '0007',
      KCXS: 0.12,
      BSM: '4108',
      BZ: null,
      X: '007',
    });
  });
});

describe('layer catalogue', () => {
  it('finds a layer by any of its names and no name stands for two layers', () => {
    expect(findLayerByName('YJJBNTTB')?.id).toBe('yjjbnt');
    expect(findLayerByName('地类图斑')?.id).toBe('dltb');
    expect(findLayerByName(' sthx ')?.id).toBe('stbhhx');
    const names = layerCatalogue.flatMap((layer) => [
      ...new Set([layer.id, layer.nameZh, ...layer.aliases].map((name) => name.toUpperCase())),
    ]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(() => getLayer('nonsense')).toThrow(/no layer nonsense/);
  });

  it('shows the attributes that the layer lists, in its order', () => {
    expect(Object.keys(shownAttributes('dltb', { DLMC: 'x', DLBM: 'y', SECRET: 'z', BSM: '1' }))).toEqual([
      'BSM',
      'DLBM',
      'DLMC',
    ]);
  });
});

describe('attributes of a feature', () => {
  const read = (layerId: string, properties: Record<string, unknown>) => {
    const reader = createAttributeReader(getLayer(layerId), {});
    return { feature: reader.read(1, properties), facts: reader.facts(), faults: reader.faults() };
  };

  it('reads a patch of the third survey', () => {
    const { feature, facts } = read('dltb', {
      BSM: '1',
      DLBM: '0103',
      DLMC: '旱地',
      TBMJ: 100,
      KCXS: 0.1,
      KCMJ: 10,
      TBDLMJ: 90,
    });
    expect(feature).toMatchObject({
      bsm: '1',
      classCode: '0103',
      classLabel: '旱地',
      kcxs: 0.1,
      attributeAreaM2: 100,
      attributeNetAreaM2: 90,
    });
    expect(facts.coefficient).toEqual({ missing: 0, netAreaMissing: 0, netAreaNotClosing: 0 });
  });

  it('has a missing net area by subtraction, so that nothing leaks in rounding', () => {
    expect(read('dltb', { TBMJ: 100.01, KCMJ: 50.01 }).feature.attributeNetAreaM2).toBe(50);
  });

  it('counts a missing coefficient and figures that do not close', () => {
    const { facts } = read('dltb', { DLBM: '0103', TBMJ: 100, KCMJ: 10, TBDLMJ: 95 });
    expect(facts.coefficient).toEqual({ missing: 1, netAreaMissing: 0, netAreaNotClosing: 1 });
  });

  it.each([12.3, 1.01, -0.1, 'viel', true])('refuses the coefficient %s', (value) => {
    expect(read('dltb', { BSM: 'B7', TKXS: value }).faults).toMatchObject({
      total: 1,
      items: [{ pointer: '/features/0/properties/KCXS', code: 'kcxs-out-of-range' }],
    });
  });

  it.each([0, 1, '0.0000'])('takes the coefficient %s', (value) => {
    expect(read('dltb', { KCXS: value }).faults.total).toBe(0);
  });

  it('does not guess a lost leading zero', () => {
    const { feature, facts } = read('dltb', { DLBM: 101 });
    expect(feature.classCode).toBe('101');
    expect(facts).toMatchObject({
      zerosLost: 1,
      unknownClasses: { total: 1, items: [{ code: '101', count: 1 }] },
    });
  });

  it('knows the zones of the development boundary by their other names and refuses village boundaries', () => {
    expect(read('czkfbj', { GHFQMC: '城镇集建区' }).feature.classCode).toBe('城镇集中建设区');
    expect(read('czkfbj', { GHFQMC: '工业发展区' }).facts.unknownClasses?.total).toBe(1);
    expect(read('czkfbj', { GHFQMC: '村庄建设区' }).faults.items[0]?.code).toBe('village-boundary');
  });

  it('takes LHLX before LXDM for the red line', () => {
    expect(read('stbhhx', { LXDM: '1', LHLX: '水源涵养' }).feature.classCode).toBe('水源涵养');
    expect(read('stbhhx', { LXDM: '1' }).feature.classCode).toBe('1');
  });
});
