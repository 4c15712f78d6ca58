/** The code lists against counts and members taken from the survey regulation, and their traps: 00, letters, same digits. */
import { describe, expect, it } from 'vitest';
import { DLBM_CODE_SYSTEM, dlbmCodes, dlbmGroups } from '../../src/core/dlbm.js';
import { YDYH_CODE_SYSTEM, ydyhCodes } from '../../src/core/ydyh.js';

describe('DLBM', () => {
  it('holds every leaf class once, each with a label and a known group', () => {
    expect(dlbmCodes.size).toBe(69);
    for (const [key, entry] of dlbmCodes) {
      expect(key).toBe(entry.code);
      expect(entry.code).toMatch(/^(09|\d{2}(\d{2}|H\d)[AK]?)$/);
      expect(entry.label).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(entry.groupLabel).toBe(dlbmGroups.get(entry.group));
      expect(entry.codeSystem).toBe(DLBM_CODE_SYSTEM);
    }
  });

  it('files the eight wetlands under 00, everything else under its first two digits', () => {
    const wetlands = [...dlbmCodes.values()]
      .filter((entry) => entry.group === '00')
      .map((entry) => entry.code);
    expect(wetlands).toEqual(['0303', '0304', '0306', '0402', '0603', '1105', '1106', '1108']);
    for (const entry of dlbmCodes.values())
      if (entry.group !== '00') expect(entry.code.slice(0, 2)).toBe(entry.group);
  });

  it('knows the letters and does not guess', () => {
    expect(dlbmCodes.get('0201K')?.label).toBe('可调整果园');
    expect(dlbmCodes.get('1104A')?.label).toBe('养殖坑塘');
    expect(dlbmCodes.get('05H1')?.label).toBe('商业服务业设施用地');
    expect(dlbmCodes.get('08H2A')?.label).toBe('高教用地');
    for (const wrong of ['101', '01', '0101K', '0104', '', '0601 ']) expect(dlbmCodes.has(wrong)).toBe(false);
  });
});

describe('用地用海', () => {
  it('gives the same digits another meaning than DLBM, told apart by the code system', () => {
    expect(ydyhCodes.get('10')?.label).toBe('工矿用地');
    expect(dlbmGroups.get('10')).toBe('交通运输用地');
    expect(ydyhCodes.get('1001')).toEqual({
      codeSystem: YDYH_CODE_SYSTEM,
      code: '1001',
      level: 2,
      parent: '10',
      label: '工业用地',
    });
    expect(dlbmCodes.get('1001')?.label).toBe('铁路用地');
  });

  it('has 24 groups, parents for every other code, and the numbered third levels', () => {
    const all = [...ydyhCodes.values()];
    expect(all.filter((entry) => entry.level === 1)).toHaveLength(24);
    for (const entry of all)
      if (entry.parent !== null) {
        expect(ydyhCodes.has(entry.parent)).toBe(true);
        expect(entry.code.startsWith(entry.parent)).toBe(true);
      }
    expect(ydyhCodes.get('060102')?.label).toBe('田间道');
    expect(ydyhCodes.get('080405')).toMatchObject({ level: 3, label: null });
    expect(ydyhCodes.has('1313')).toBe(false);
    expect(ydyhCodes.has('090303')).toBe(false);
  });
});
