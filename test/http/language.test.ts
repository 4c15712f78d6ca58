import { describe, expect, it } from 'vitest';
import { localize, preferredLanguage } from '../../src/http/language.js';

describe('language', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['en', 'en'],
    ['en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr-FR, en;q=0.3', 'en'],
    ['fr', 'zh'],
    ['*', 'zh'],
    ['en;q=0', 'zh'],
    ['en;q=0.5, zh;q=0.5', 'en'],
    ['EN', 'en'],
    ['en;q=banana', 'zh'],
  ])('of %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it('replaces texts and nothing that only looks like one', () => {
    const given = {
      title: { zh: '红线', en: 'line' },
      list: [{ zh: '一', en: 'one' }],
      more: { zh: '一', en: 'one', de: 'eins' },
      numbers: { zh: 1, en: 2 },
      nothing: null,
    };
    expect(localize(given, 'en')).toEqual({
      title: 'line',
      list: ['one'],
      more: { zh: '一', en: 'one', de: 'eins' },
      numbers: { zh: 1, en: 2 },
      nothing: null,
    });
  });
});
