/** The pages for people, opened in Chromium: what stands in them, that nothing overflows, complains or asks elsewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { town } from '../checks/made-checks.js';
import { bodyOf } from '../overlay/made-ground.js';
import { type Browser, hasBrowser, openBrowser, type Page } from './own-browser.js';
import { call, importTown, newGround, type RunningService, serve, until } from './running-service.js';

// CHROMIUM_REQUIRED: it must be there, a skipped test would be no proof
const wanted = hasBrowser || process.env.CHROMIUM_REQUIRED !== undefined;

describe.runIf(wanted)('pages in a browser (skipped where Chromium is not installed)', () => {
  let ground: Awaited<ReturnType<typeof newGround>>;
  let service: RunningService;
  let browser: Browser;
  let page: Page;
  let job: string;

  beforeAll(async () => {
    ground = await newGround();
    service = await serve(ground.env);
    await importTown(service.url, town);
    const parcels = JSON.parse(bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString());
    const { headers } = await call(`${service.url}/ogc/processes/parcel-check/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({ inputs: { parcels, crs: 'EPSG:4526' } }),
    });
    job = new URL(headers.get('location')!).pathname;
    await until(async () => (await call(`${service.url}${job}`)).body.status === 'successful');
    browser = openBrowser();
    page = await browser.open();
  });
  afterAll(async () => {
    await browser?.close();
    service?.child.kill('SIGKILL');
    ground?.remove();
  });

  const titles: Readonly<Record<string, string>> = {
    '/': '一张图预检',
    '/docs': '一张图预检 API',
    '/ogc': '一张图预检 · OGC 服务',
    '/ogc/api': '接口说明',
    '/ogc/conformance': '符合的标准',
    '/ogc/collections': '数据集合',
    '/ogc/collections/dltb': '地类图斑 (dltb)',
    '/ogc/collections/dltb/queryables': '地类图斑 · 可查询字段',
    '/ogc/collections/dltb/items': '地类图斑',
    '/ogc/collections/dltb/items/dltb.1': '地类图斑 · dltb.1',
    '/ogc/collections/check-findings/items': '预检结论',
    '/ogc/processes': '处理过程',
    '/ogc/processes/parcel-check': '用地预检 (parcel-check)',
    '/ogc/processes/range-change': '范围变化比对 (range-change)',
    '/ogc/jobs': '任务',
    '/ogc/tileMatrixSets': '瓦片格网',
    '/ogc/tileMatrixSets/CGCS2000Quad': 'CGCS2000Quad',
    '/ogc/collections/dltb/tiles': '地类图斑 · 矢量瓦片',
    '/ogc/collections/dltb/tiles/WebMercatorQuad': '地类图斑 · 矢量瓦片 · WebMercatorQuad',
    '/ogc/collections/check-pieces/tiles/CGCS2000Quad': '预检叠加图斑 · 矢量瓦片 · CGCS2000Quad',
    'the job': '用地预检',
    'its results': '用地预检 · 结果',
  };
  const addressOf = (path: string): string =>
    service.url + (path === 'the job' ? job : path === 'its results' ? `${job}/results` : path);

  it.each([1280, 400])(
    'fit a screen of %i points, without complaint and without asking elsewhere',
    async (width) => {
      await page.resize(width, 800);
      for (const [path, title] of Object.entries(titles)) {
        await page.visit(addressOf(path));
        const seen = await page.evaluate(`({
        title: document.title,
        language: document.documentElement.lang,
        wide: document.documentElement.scrollWidth > ${width} ? document.documentElement.scrollWidth : 'fits',
      })`);
        expect([path, seen]).toEqual([path, { title, language: 'zh', wide: 'fits' }]);
        expect([path, page.complaints]).toEqual([path, []]);
        expect([path, page.requests.filter((url) => !url.startsWith(service.url))]).toEqual([path, []]);
      }
    },
  );

  /** Follows the link that reads so. */
  const follow = async (text: string): Promise<void> => {
    const href = await page.evaluate(
      `[...document.links].find((a) => a.textContent === ${JSON.stringify(text)})?.href`,
    );
    expect([text, typeof href]).toEqual([text, 'string']);
    await page.visit(href);
  };
  const texts = (selector: string): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll('${selector}')].map((one) => one.innerText)`);

  it('lead from the front page to a feature with its map, and back up', async () => {
    await page.resize(1280, 800);
    await page.visit(`${service.url}/`);
    expect(await page.evaluate(`document.querySelector('pre').innerText`)).toContain(service.url);
    await follow('图层与预检成果（OGC 服务，可在浏览器、QGIS 中打开）');
    for (const text of ['数据集合', '地类图斑', '查看要素']) await follow(text);
    const drawn = `[...document.querySelectorAll('svg path')].map((path) => path.getBoundingClientRect()).filter(({ width, height }) => width > 5 && height > 5).length`;
    expect(await page.evaluate(drawn)).toBeGreaterThan(1);
    expect((await texts('th')).join()).toContain('地类编码');
    await follow('dltb.1');
    expect(await page.evaluate(drawn)).toBe(1);
    expect(await texts('tr')).toContainEqual(expect.stringMatching(/^DLBM\s+地类编码\s+\d{4}$/));
    await follow('要素');
    await follow('数据集合');
    expect((await texts('h1'))[0]).toBe('数据集合');
  });

  it('lead from a job to what it found', async () => {
    await page.visit(`${service.url}/ogc/jobs`);
    await follow('用地预检');
    expect(await texts('td')).toContain('完成');
    await follow('结论');
    expect((await texts('p')).join()).toMatch(/共 [1-9]\d* 个要素/);
    expect((await texts('td')).join()).toContain('DK-1');
    expect((await texts('td')).filter((text) => text === '涉及—禁止')).not.toEqual([]);
    expect((await texts('td')).join()).not.toMatch(/prohibited|pre-review|T\d\d:/);
    const [id] = (await texts('tbody tr:first-child td:last-child')) as [string];
    expect(id).toMatch(/^chk_/);
    await page.visit(`${service.url}/ogc/collections/check-parcels/items`);
    await follow(id);
    expect(await page.evaluate('location.search')).toContain(`check_id=${id}`);
    await page.visit(`${service.url}${job}`);
    await follow('全部结果');
    expect((await texts('strong'))[0]).toMatch(/涉及—禁止$/);
    await follow('全部内容（JSON）');
    expect(await page.evaluate('JSON.parse(document.body.innerText).verdict')).toBe('prohibited');
  });

  it('lead from a collection to its tiles, with a template that is a tile once filled in', async () => {
    await page.visit(`${service.url}/ogc/collections/dltb`);
    for (const text of ['矢量瓦片', 'WebMercatorQuad']) await follow(text);
    const template = (await texts('td code'))[0]!;
    expect(await page.evaluate(`document.querySelectorAll('svg a').length`)).toBeGreaterThan(1);
    const place: Record<string, string> = { '{z}': '0', '{y}': '0', '{x}': '0' };
    const { status } = await fetch(template.replace(/\{\w\}/g, (name) => place[name]!));
    expect(status).toBe(204);
    await follow('Web 墨卡托四叉格网（EPSG:3857，网页地图通用）');
    expect((await texts('tbody th')).slice(-1)).toEqual(['20']);
  });

  it('tell at a shape on the map what it is, and open it with a click', async () => {
    await page.visit(`${service.url}/ogc/collections/dltb/items`);
    const { x, y, title, href } = await page.evaluate(`(() => {
      const shape = document.querySelector('svg a');
      const { x, y, width, height } = shape.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, title: shape.querySelector('title').textContent, href: shape.href.baseVal };
    })()`);
    expect(title).toMatch(/^dltb\.\d+ · \d{4} · .+ ㎡$/);
    const hit = `document.elementFromPoint(${x}, ${y}).closest('a')?.href.baseVal`;
    expect(await page.evaluate(hit)).toBe(href);
    await page.visit(href);
    expect((await texts('h1'))[0]).toContain(title.split(' · ')[0]);
  });

  it.each([
    ['zh-CN', false],
    ['en', true],
  ])(
    'can be read by everybody: in %s, dark %s',
    async (language, dark) => {
      const own = await browser.open({ language, dark });
      await own.resize(1280, 800);
      for (const path of Object.keys(titles).filter((one) => one !== '/' && one !== '/docs')) {
        await own.visit(addressOf(path));
        expect([path, await own.evaluate(faults)]).toEqual([path, []]);
        expect([path, await own.evaluate('document.documentElement.lang')]).toEqual([
          path,
          language.slice(0, 2),
        ]);
      }
    },
    60_000,
  );
});

/**
 * What keeps people out: levels of headings that are left out, columns without a head, maps without a name, places that
 * scroll and can not be reached by the keyboard, text that stands out too little (WCAG 2.2, 1.4.3).
 */
const faults = `(() => {
  const found = [];
  const levels = [...document.querySelectorAll('h1,h2,h3,h4')].map(({ tagName }) => Number(tagName[1]));
  if (levels[0] !== 1 || levels.some((level, i) => i > 0 && (level === 1 || level > levels[i - 1] + 1))) found.push('headings ' + levels);
  for (const head of document.querySelectorAll('th')) if (!head.scope) found.push('th ' + head.innerText);
  for (const row of document.querySelectorAll('tbody tr')) if (row.cells[0].tagName !== 'TH' || row.cells[0].innerText.trim() === '') found.push('row ' + row.innerText);
  for (const svg of document.querySelectorAll('svg')) if (!svg.getAttribute('aria-label')) found.push('svg');
  if (document.querySelectorAll('main').length !== 1) found.push('main');
  for (const one of document.querySelectorAll('.scroll')) if (one.tabIndex !== 0) found.push('scroll');
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const ground = matchMedia('(prefers-color-scheme:dark)').matches ? '#121212' : '#ffffff';
  const light = (colour) => {
    canvas.fillStyle = ground;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const one of document.querySelectorAll('main *, header *')) {
    if (one.closest('svg') || ![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')) continue;
    const backgrounds = [];
    for (let at = one; at; at = at.parentElement) backgrounds.push(getComputedStyle(at).backgroundColor);
    const under = backgrounds.find((colour) => colour !== 'rgba(0, 0, 0, 0)') ?? ground;
    const [a, b] = [light(getComputedStyle(one).color), light(under)].sort();
    if ((b + 0.05) / (a + 0.05) < 4.5) found.push('contrast ' + one.innerText.slice(0, 30));
  }
  return [...new Set(found)].slice(0, 5);
})()`;
