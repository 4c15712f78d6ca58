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
    'the job': '用地预检',
  };

  it.each([1280, 400])(
    'fit a screen of %i points, without complaint and without asking elsewhere',
    async (width) => {
      await page.resize(width, 800);
      for (const [path, title] of Object.entries(titles)) {
        await page.visit(`${service.url}${path === 'the job' ? job : path}`);
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
    for (const text of ['数据集合', 'dltb', '查看要素']) await follow(text);
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
    await page.visit(`${service.url}${job}/results`);
    expect(await page.evaluate('JSON.parse(document.body.innerText).verdict')).toBe('prohibited');
  });
});
