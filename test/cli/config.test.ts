import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';

describe('settings', () => {
  it('have defaults', () => {
    const config = readConfig({ PATH: '/bin' }, '/home/u');
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: undefined,
      dataDir: '/home/u/data',
      keysFile: '',
      maxBodyBytes: 32_000_000,
      loadSample: true,
      shutdownGraceMs: 30_000,
    });
  });

  it('are read in their units', () => {
    const env = {
      PORT: '0',
      DATABASE_URL: 'postgresql://u:p@h/db',
      ONEMAP_CACHE_MB: '1',
      ONEMAP_CHECK_TIME_LIMIT_S: '0.3',
      ONEMAP_SAMPLE: 'off',
      ONEMAP_KEYS_FILE: 'keys.json',
    };
    expect(readConfig(env, '/w')).toMatchObject({
      port: 0,
      databaseUrl: env.DATABASE_URL,
      cacheBytes: 1e6,
      checkTimeLimitMs: 300,
      loadSample: false,
      keysFile: '/w/keys.json',
    });
  });

  it.each([
    [{ PORT: '80a' }, 'PORT'],
    [{ PORT: '-1' }, 'PORT'],
    [{ PORT: '80.5' }, 'PORT'],
    [{ ONEMAP_LOG_LEVEL: 'loud' }, 'ONEMAP_LOG_LEVEL'],
    [{ ONEMAP_LANG: 'fr' }, 'ONEMAP_LANG'],
    [{ ONEMAP_SAMPLE: 'perhaps' }, 'ONEMAP_SAMPLE'],
    [{ ONEMAP_KEY_FILE: '/keys.json' }, 'ONEMAP_KEY_FILE'],
  ])('%j are refused by name', (env: Record<string, string>, name) => {
    expect(() => readConfig(env, '/w')).toThrow(name);
  });

  it('are refused all at once, and a password is never repeated', () => {
    const env = { PORT: 'x', DATABASE_URL: 'mysql://root:hunter2@h/db' };
    let message = '';
    try {
      readConfig(env, '/w');
    } catch (error) {
      message = JSON.stringify(error) + String(error);
    }
    expect(message).toContain('PORT');
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('hunter2');
  });
});
