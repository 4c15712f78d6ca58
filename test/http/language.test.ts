import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localize, localizeJson, preferredLanguage } from '../../src/http/language.js';

const given = {
  title: { zh: '红线', en: 'line' },
  list: [{ zh: '一', en: 'one' }],
  more: { zh: '一', en: 'one', de: 'eins' },
  numbers: { zh: 1, en: 2 },
  nothing: null,
};

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
    expect(localize(given, 'en')).toEqual({
      title: 'line',
      list: ['one'],
      more: { zh: '一', en: 'one', de: 'eins' },
      numbers: { zh: 1, en: 2 },
      nothing: null,
    });
  });

  it('does the same to JSON text, whatever its strings hold', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('{"zh":"a","en":"b"}', '\\', '"', '{', 'x{"zh":', '\u2028', '"}', '\\"'),
    );
    const both = fc.record({ zh: nasty, en: nasty });
    const turned = both.map(({ zh, en }) => ({ en, zh }));
    const value = fc.object({
      key: fc.oneof(fc.constantFrom('zh', 'en'), nasty),
      values: [nasty, both, turned, fc.integer(), fc.constant(given)],
      maxDepth: 3,
    });
    fc.assert(
      fc.property(value, fc.constantFrom('zh', 'en'), (object, language) => {
        const json = Buffer.from(JSON.stringify(object));
        const wanted = JSON.stringify(localize(object, language));
        expect(localizeJson(json, language).toString()).toBe(wanted);
        expect(localizeJson(json, language, json).toString()).toBe(wanted); // in its own place
      }),
      { numRuns: 150 },
    );
  });
});
