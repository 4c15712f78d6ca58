/** The settings, the only reader of environment variables. Every name, its default and what it accepts, as data. */
import { availableParallelism, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { AppError, type Bilingual } from '../core/errors.js';
import type { Language } from '../http/language.js';
import type { LogOptions } from '../http/logging.js';

type Env = Readonly<Record<string, string | undefined>>;

interface Setting<T> {
  env: string;
  fallback: string;
  about: Bilingual;
  /** Throws a `Bilingual` that says what it must be. */
  read(text: string): T;
}

function wrong(zh: string, en: string): never {
  throw { zh, en } satisfies Bilingual;
}

const text =
  (pattern: RegExp, zh: string, en: string) =>
  (value: string): string =>
    pattern.test(value) ? value : wrong(zh, en);

const number =
  (least: number, most: number, factor = 1) =>
  (value: string): number => {
    const n = Number(value);
    const fits = value.trim() !== '' && n >= least && n <= most && (factor > 1 || Number.isInteger(n));
    if (!fits) wrong(`应为 ${least} 至 ${most} 的数`, `it must be a number from ${least} to ${most}`);
    return Math.round(n * factor);
  };

const flag = (value: string): boolean => {
  if (/^(1|true|on|yes)$/i.test(value)) return true;
  if (/^(0|false|off|no)$/i.test(value)) return false;
  return wrong('应为 1 或 0', 'it must be 1 or 0');
};

function databaseUrl(value: string): string | undefined {
  if (value === '') return undefined;
  // the value itself is never repeated: it holds a password
  if (!URL.canParse(value) || !/^postgres(ql)?:$/.test(new URL(value).protocol)) {
    wrong(
      '应为 postgres://用户:密码@主机:端口/库名',
      'it must be postgres://user:password@host:port/database',
    );
  }
  return value;
}

function publicUrl(value: string): string | undefined {
  if (value === '') return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const plain =
    url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
  if (!plain) wrong('应为 http(s)://主机/路径', 'it must be http(s)://host/path');
  return value.replace(/\/+$/, '');
}

function logLevel(value: string): LogOptions['level'] {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
  const all = levels.join(' | ');
  return levels.find((level) => level === value) ?? wrong(`应为 ${all}`, `it must be ${all}`);
}

function language(value: string): Language | undefined {
  if (value === '') return undefined;
  return value === 'zh' || value === 'en' ? value : wrong('应为 zh 或 en', 'it must be zh or en');
}

const setting = <T>(
  env: string,
  fallback: string,
  read: (text: string) => T,
  zh: string,
  en: string,
): Setting<T> => ({ env, fallback, read, about: { zh, en } });

const anything = (value: string): string => value;
const cores = availableParallelism();

export const settings = {
  host: setting(
    'HOST',
    '127.0.0.1',
    text(/^\S+$/, '应为地址', 'it must be an address'),
    '监听地址',
    'address to listen on',
  ),
  port: setting('PORT', '8080', number(0, 65535), '监听端口', 'port to listen on'),
  databaseUrl: setting(
    'DATABASE_URL',
    '',
    databaseUrl,
    'PostgreSQL + PostGIS 服务器；不设时用内嵌数据库',
    'PostgreSQL + PostGIS server; the embedded database without it',
  ),
  dataDir: setting(
    'ONEMAP_DATA_DIR',
    './data',
    anything,
    '内嵌数据库的目录',
    'folder of the embedded database',
  ),
  publicUrl: setting(
    'ONEMAP_PUBLIC_URL',
    '',
    publicUrl,
    '对外地址（在代理之后时），如 https://gis.example.cn/onemap',
    'public address when behind a proxy, e.g. https://gis.example.cn/onemap',
  ),
  trustProxy: setting(
    'ONEMAP_TRUST_PROXY',
    '0',
    flag,
    '信任代理的 X-Forwarded-Proto/Host/Prefix',
    'believe X-Forwarded-Proto, -Host and -Prefix of a proxy',
  ),
  keysFile: setting('ONEMAP_KEYS_FILE', '', anything, '密钥文件（JSON）', 'file of API keys (JSON)'),
  createKeys: setting(
    'ONEMAP_KEYS_CREATE',
    '0',
    flag,
    '密钥文件不存在时新建一个管理密钥，并只打印一次',
    'when the keys file is missing, make an admin key and print it once',
  ),
  loadSample: setting(
    'ONEMAP_SAMPLE',
    '1',
    flag,
    '空库首次启动时载入示例城市',
    'load the sample city into an empty database',
  ),
  language: setting('ONEMAP_LANG', '', language, '命令行语言 zh | en', 'language of the terminal, zh | en'),
  logLevel: setting('ONEMAP_LOG_LEVEL', 'info', logLevel, '日志级别', 'level of the log'),
  tempDir: setting(
    'ONEMAP_TEMP_DIR',
    tmpdir(),
    anything,
    '上传文件的临时目录',
    'folder for uploads under way',
  ),
  maxBodyBytes: setting(
    'ONEMAP_MAX_BODY_MB',
    '32',
    number(1, 1000, 1e6),
    '一次预检的最大字节数（MB）',
    'largest body of a check (MB)',
  ),
  maxLayerBytes: setting(
    'ONEMAP_MAX_LAYER_MB',
    '4096',
    number(1, 1e6, 1e6),
    '图层文件的最大字节数（MB）',
    'largest layer file (MB)',
  ),
  maxFeatures: setting(
    'ONEMAP_MAX_FEATURES',
    '10000',
    number(1, 1e6),
    '一次预检的最多地块数',
    'most parcels in a check',
  ),
  maxVertices: setting(
    'ONEMAP_MAX_VERTICES',
    '500000',
    number(4, 1e8),
    '一次预检的最多顶点数',
    'most vertices in a check',
  ),
  maxPairs: setting(
    'ONEMAP_MAX_PAIRS',
    '200000',
    number(1, 1e9),
    '一次预检的最多叠加对数',
    'most pairs measured in a check',
  ),
  checksAtOnce: setting(
    'ONEMAP_CHECKS_AT_ONCE',
    String(Math.max(2, cores)),
    number(1, 1000),
    '同时进行的预检数',
    'checks at the same time',
  ),
  checksWaiting: setting(
    'ONEMAP_CHECKS_WAITING',
    '64',
    number(0, 100_000),
    '排队等待的预检数',
    'checks that may wait',
  ),
  checkTimeLimitMs: setting(
    'ONEMAP_CHECK_TIME_LIMIT_S',
    '120',
    number(0.1, 86_400, 1000),
    '一次预检的时限（秒）',
    'time limit of a check (s)',
  ),
  importTimeLimitMs: setting(
    'ONEMAP_IMPORT_TIME_LIMIT_S',
    '7200',
    number(1, 86_400, 1000),
    '一次导入的时限（秒）',
    'time limit of an import (s)',
  ),
  jobsAtOnce: setting(
    'ONEMAP_JOBS_AT_ONCE',
    String(Math.max(1, Math.floor(cores / 2))),
    number(1, 1000),
    '同时进行的后台任务数',
    'background jobs at the same time',
  ),
  jobsWaiting: setting(
    'ONEMAP_JOBS_WAITING',
    '100',
    number(0, 100_000),
    '排队等待的后台任务数',
    'background jobs that may wait',
  ),
  jobTimeLimitMs: setting(
    'ONEMAP_JOB_TIME_LIMIT_S',
    '7200',
    number(0.1, 604_800, 1000),
    '一个后台任务的时限（秒）',
    'time limit of a background job (s)',
  ),
  jobsKeptMs: setting(
    'ONEMAP_JOBS_KEPT_H',
    '168',
    number(0.001, 87_600, 3_600_000),
    '已结束任务的保留时间（小时）',
    'how long finished jobs are kept (h)',
  ),
  jobLostAfterMs: setting(
    'ONEMAP_JOB_LOST_AFTER_S',
    '60',
    number(3, 86_400, 1000),
    '任务多久没有心跳即由其他进程接手（秒）',
    'a job without a heartbeat for so long is taken up by another process (s)',
  ),
  asyncAboveBytes: setting(
    'ONEMAP_ASYNC_ABOVE_MB',
    '8',
    number(0.001, 1000, 1e6),
    '超过此大小的预检自动转为后台任务（MB）',
    'a larger check becomes a background job by itself (MB)',
  ),
  echoProcess: setting(
    'ONEMAP_ECHO_PROCESS',
    '0',
    flag,
    '提供 OGC 一致性测试用的 echo 过程',
    'offer the echo process of the OGC test suite',
  ),
  statementLimitMs: setting(
    'ONEMAP_STATEMENT_TIME_LIMIT_S',
    '60',
    number(0.1, 86_400, 1000),
    '一条 SQL 的时限（秒）',
    'time limit of one SQL statement (s)',
  ),
  requestTimeoutMs: setting(
    'ONEMAP_REQUEST_TIMEOUT_S',
    '600',
    number(1, 86_400, 1000),
    '接收一个请求的时限（秒）',
    'time limit to receive a request (s)',
  ),
  stalledReaderMs: setting(
    'ONEMAP_STALLED_READER_S',
    '60',
    number(0.1, 86_400, 1000),
    '读取方停止读取多久后断开（秒）',
    'how long a reader may take nothing before it is cut off (s)',
  ),
  maxConnections: setting(
    'ONEMAP_MAX_CONNECTIONS',
    '1000',
    number(1, 100_000),
    '最多连接数',
    'most connections',
  ),
  shutdownGraceMs: setting(
    'ONEMAP_SHUTDOWN_GRACE_S',
    '30',
    number(0, 3600, 1000),
    '停止时等待请求完成的时间（秒）',
    'how long a stop waits for running requests (s)',
  ),
  cacheBytes: setting(
    'ONEMAP_CACHE_MB',
    '256',
    number(1, 1e6, 1e6),
    '图层边缓存的上限（MB）',
    'memory for prepared layer edges (MB)',
  ),
  tileCacheBytes: setting(
    'ONEMAP_TILE_CACHE_MB',
    '64',
    number(1, 1e6, 1e6),
    '矢量瓦片缓存的上限（MB）',
    'memory for vector tiles (MB)',
  ),
  poolSize: setting(
    'ONEMAP_DB_CONNECTIONS',
    '10',
    number(1, 1000),
    '数据库连接数',
    'connections to the database server',
  ),
  geosWorkers: setting(
    'ONEMAP_GEOS_WORKERS',
    '2',
    number(1, 256),
    '几何构造线程数',
    'threads that construct geometry',
  ),
} as const;

type Settings = typeof settings;
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

/** Reads and checks every setting; all faults are told at once. */
export function readConfig(env: Env, cwd: string): Config {
  const faults: Bilingual[] = unknownNames(env);
  const values: Record<string, unknown> = {};
  for (const [name, { env: variable, fallback, read }] of Object.entries(settings)) {
    try {
      values[name] = read(env[variable]?.trim() || fallback);
    } catch (why) {
      if (why instanceof Error) throw why;
      const { zh, en } = why as Bilingual;
      faults.push({ zh: `${variable} 有误：${zh}。`, en: `${variable}: ${en}.` });
    }
  }
  if (faults.length > 0) throw badConfiguration(faults);
  const config = values as Config;
  const { keysFile, dataDir, tempDir } = config;
  return {
    ...config,
    dataDir: resolve(cwd, dataDir),
    tempDir: resolve(cwd, tempDir),
    keysFile: keysFile === '' ? '' : resolve(cwd, keysFile),
  };
}

/** A misspelt ONEMAP_KEYS_FILE would open the service to everybody on the machine: unknown names are refused. */
function unknownNames(env: Env): Bilingual[] {
  const known = new Set<string>(Object.values(settings).map((s) => s.env));
  return Object.keys(env)
    .filter((name) => name.startsWith('ONEMAP_') && !known.has(name))
    .map((name) => ({
      zh: `没有名为 ${name} 的设置，可用的设置见 onemap-precheck help。`,
      en: `There is no setting ${name}; onemap-precheck help lists them.`,
    }));
}

function badConfiguration(faults: readonly Bilingual[]): AppError {
  const join = (language: Language): string => faults.map((fault) => fault[language]).join(' ');
  return new AppError('bad-configuration', join('en'), { detail: { zh: join('zh'), en: join('en') } });
}
