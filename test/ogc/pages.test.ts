/** Parts of the pages for people: maps, tables, values in words. */
import { describe, expect, it } from 'vitest';
import { chinaTime } from '../../src/core/china-time.js';
import type { Field, FieldType } from '../../src/layers/query/feature-table.js';
import { drawMap } from '../../src/ogc/common/map.js';
import { folded, pageAnswer, table } from '../../src/ogc/common/pages.js';
import { labelOf, shownFields } from '../../src/ogc/common/shown-values.js';
import { part } from '../../src/ogc/processes/result-parts.js';
import type { StandardRequest } from '../../src/ogc/standard.js';

/** A ring of degrees; `size` to the north and east of the corner. */
const square = (lon: number, lat: number, size: number): [number, number][] => [
  ...([
    [lon, lat],
    [lon + size, lat],
    [lon + size, lat + size],
    [lon, lat + size],
    [lon, lat],
  ] as [number, number][]),
];

const pathsIn = (svg: string): string[] => [...svg.matchAll(/ d="([^"]+)"/g)].map((found) => found[1]!);

describe('a map', () => {
  it('leaves holes open: all rings of a feature are one shape, filled by turns', () => {
    const coordinates = [[square(113, 35, 0.01), square(113.004, 35.004, 0.002)], [square(113.02, 35, 0.01)]];
    const svg = drawMap([{ label: 'a', coordinates }], 'zh');
    const [path, ...others] = pathsIn(svg);
    expect(others).toEqual([]);
    expect(path!.match(/M/g)).toHaveLength(3);
    expect(svg).toContain('fill-rule="evenodd"');
  });

  it('gives what is tiny on it a spot, and nothing else', () => {
    const large = { label: 'large', coordinates: [[square(113, 35, 0.1)]] };
    const tiny = { label: 'tiny', coordinates: [[square(113.05, 35.05, 0.0001)]] };
    expect(drawMap([large], 'zh')).not.toContain('class="spot"');
    expect(drawMap([large, tiny], 'zh').match(/class="spot"/g)).toHaveLength(1);
    // alone it fills the map
    expect(drawMap([tiny], 'zh')).not.toContain('class="spot"');
  });

  it('follows a line with many points to half a pixel, in a fraction of the text', () => {
    const circle = Array.from({ length: 20_001 }, (_, i): [number, number] => {
      const turn = (2 * Math.PI * (i % 20_000)) / 20_000;
      return [113 + Math.cos(turn) / 100, 35 + Math.sin(turn) / 100];
    });
    const [path] = pathsIn(drawMap([{ label: 'circle', coordinates: [[circle]] }], 'zh'));
    const numbers = path!.match(/-?\d+/g)!.map(Number);
    expect(numbers.length / 2).toBeLessThan(7000);
    let [x, y, far, longest] = [0, 0, 0, 0];
    for (let i = 0; i < numbers.length; i += 2) {
      [x, y] = [x + numbers[i]!, y + numbers[i + 1]!];
      if (i > 0) longest = Math.max(longest, Math.hypot(numbers[i]!, numbers[i + 1]!));
      far = Math.max(far, Math.abs(Math.hypot((x - 4096) / 4096, (y - 5000) / 5000) - 1));
    }
    expect(far).toBeLessThan(0.001);
    expect(longest).toBeLessThan(10);
  });

  it('says how large its ground is, and leads nowhere where there is no page', () => {
    const feature = { label: '<b>', coordinates: [[square(113, 0, 0.001)]] };
    const still = drawMap([feature], 'en');
    expect(still).toContain('111 m × 111 m');
    expect(still).toContain('<title>&lt;b&gt;</title>');
    expect(still).not.toMatch(/<a |click/);
    expect(drawMap([{ ...feature, href: '/x?a&b' }], 'en')).toMatch(
      /<a href="\/x\?a&amp;b" tabindex="-1">.*click/,
    );
    expect(drawMap([], 'zh')).toBe('');
  });

  it('draws the gravest verdict last, in its colour', () => {
    const of = (verdict: string) => ({ label: verdict, verdict, coordinates: [[square(113, 35, 0.01)]] });
    const svg = drawMap(['prohibited', 'clear', 'undetermined', 'attention'].map(of), 'zh');
    expect([...svg.matchAll(/<g class="(\w+)">/g)].map((found) => found[1])).toEqual([
      ...['clear', 'attention', 'undetermined', 'prohibited'],
    ]);
  });
});

describe('a page', () => {
  const request: StandardRequest = {
    ...{ method: 'GET', path: '/ogc', params: {}, query: [], headers: {}, body: undefined },
    ...{ base: 'http://here', language: 'zh', signal: new AbortController().signal },
  };

  it('is another one to a browser that knows it when it is written in another way, with the same data', () => {
    const tagOf = (body: string, state: string) => pageAnswer(request, 'title', body, state).tag;
    expect(tagOf('a', '1')).toBe(tagOf('a', '1'));
    expect(tagOf('b', '1')).not.toBe(tagOf('a', '1'));
    expect(tagOf('a', '2')).not.toBe(tagOf('a', '1'));
    expect(pageAnswer(request, 'title', 'a').tag).toBeUndefined();
  });
});

describe('a section of results', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => [`row ${i + 1}`]);

  it('tells how many rows it leaves out, and is not there without a row', () => {
    expect(part('Heading', ['a'], [], 'zh')).toBe('');
    expect(part('Heading', ['a'], rows(50), 'zh')).not.toContain('共');
    const cut = part('Heading', ['a'], rows(51), 'zh');
    expect(cut).toContain('共 51 行，显示前 50 行');
    expect(cut).not.toContain('row 51');
  });
});

describe('a table', () => {
  it('tells columns, rows and figures apart, and lets no text be markup', () => {
    const html = table(['<i>', 'b'], [['one', { figure: '1.50' }]]);
    expect(html).toContain('<th scope="col">&lt;i&gt;</th>');
    expect(html).toContain('<th scope="row">one</th><td class="figure">1.50</td>');
  });

  it('folds what would make a row high, and keeps all of it', () => {
    expect(folded('短')).toBe('短');
    const long = '将符合有限人为活动论证纳入规划选址综合论证。'.repeat(3);
    const { html } = folded(long) as { html: string };
    expect(html).toMatch(/^<details><summary>.{20}…<\/summary>/);
    expect(html).toContain(long);
  });
});

const field = (name: string, type: FieldType, zh: string, en: string): Field => ({
  ...{ name, type, title: { zh, en } },
  sql: () => '',
});
const fields = [
  field('check_id', 'string', '预检编号', 'Id of the check'),
  field('created_at', 'timestamp', '预检时间', 'Time of the check'),
  field('stage', 'string', '阶段', 'Stage'),
  field('layer', 'string', '图层', 'Layer'),
  field('kind', 'string', '类别（overlap 叠加）', 'Kind'),
  field('verdict', 'string', '结论代码', 'Verdict'),
  field('verdict_zh', 'string', '结论', 'Verdict in Chinese'),
  field('noise', 'boolean', '边界误差', 'Geometry noise'),
  field('title_zh', 'string', '标题', 'Title in Chinese'),
  field('title_en', 'string', '标题（英文）', 'Title'),
  field('requires_zh', 'string', '需办理事项', 'Required steps, in Chinese'),
  field('area_m2', 'number', '面积（㎡）', 'Area (m²)'),
];
const row = {
  ...{ check_id: 'chk_1', created_at: '2026-11-26T20:33:35.538+00:00', stage: 'approval', layer: 'stbhhx' },
  ...{ kind: 'overlap', verdict: 'prohibited', verdict_zh: '涉及—禁止', noise: false },
  ...{ title_zh: '占压', title_en: 'Occupies', requires_zh: '论证', area_m2: 12.5 },
};

describe('a row of a check', () => {
  const texts = (language: 'zh' | 'en') =>
    shownFields('check-pieces', fields, language).map(({ name, title, text }) => [
      ...[name, title, text(row[name as keyof typeof row])],
    ]);

  it('is told in words and in the time of China, each text once and in the language of the page', () => {
    expect(texts('zh')).toEqual([
      ['verdict', '结论', '涉及—禁止'],
      ['layer', '图层', '生态保护红线'],
      ['kind', '类别', '叠加'],
      ['title_zh', '标题', '占压'],
      ['area_m2', '面积（㎡）', '12.5'],
      ['requires_zh', '需办理事项', '论证'],
      ['noise', '边界误差', '否'],
      ['stage', '阶段', '农用地转用和土地征收报批'],
      ['created_at', '预检时间（北京时间）', '2026-11-27 04:33:35'],
      ['check_id', '预检编号', 'chk_1'],
    ]);
    expect(texts('en').map(([name, , text]) => [name, text])).toEqual([
      ...[
        ['verdict', 'found: not allowed'],
        ['layer', 'Ecological protection red line'],
        ['kind', 'overlap'],
      ],
      ...[
        ['title_en', 'Occupies'],
        ['area_m2', '12.5'],
        ['requires_zh', '论证'],
        ['noise', 'no'],
      ],
      ...[
        ['stage', 'approval'],
        ['created_at', '2026-11-27 04:33:35'],
        ['check_id', 'chk_1'],
      ],
    ]);
  });

  it('keeps the one text there is, and what is no code', () => {
    const few = fields.filter(({ name }) => ['title_en', 'verdict_zh'].includes(name));
    expect(shownFields('check-pieces', few, 'zh').map(({ name }) => name)).toEqual([
      'title_en',
      'verdict_zh',
    ]);
    const [verdict] = shownFields('check-pieces', fields, 'zh');
    expect([verdict!.text('toString'), verdict!.text(null)]).toEqual(['toString', '']);
  });

  it('says on the map whose it is and how large', () => {
    const shown = shownFields('check-pieces', fields, 'zh');
    expect(labelOf('check-pieces', shown, { id: 'chk_1.1', properties: row })).toBe(
      '涉及—禁止 · 生态保护红线 · 叠加 · 占压 · 12.5 ㎡',
    );
  });
});

describe('a row of a layer', () => {
  const own = [
    field('DLBM', 'string', '地类编码', 'DLBM'),
    field('DLMC', 'string', '地类名称', 'DLMC'),
    field('verdict', 'string', 'verdict', 'verdict'),
  ];
  const properties = { DLBM: '0103', DLMC: '旱地', verdict: 'prohibited', area_m2: 6.5 };

  it('is told as it is stored: only checks have codes of ours', () => {
    const shown = shownFields('dltb', own, 'zh');
    expect(shown.map(({ name, text }) => text(properties[name as keyof typeof properties]))).toEqual([
      ...['0103', '旱地', 'prohibited'],
    ]);
    expect(labelOf('dltb', shown, { id: 'dltb.7', properties })).toBe('dltb.7 · 0103 · 旱地 · 6.5 ㎡');
  });
});

it('the time of China is eight hours ahead, in summer too', () => {
  expect(chinaTime('2026-07-01T16:00:00Z')).toBe('2026-07-02 00:00:00');
});
