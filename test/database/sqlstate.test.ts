import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { codeOfSqlState, toAppError } from '../../src/database/sqlstate.js';

test.each([
  ['08006', 'database-unavailable'],
  ['57P01', 'database-unavailable'],
  ['57P03', 'database-unavailable'],
  ['57014', 'time-limit'],
  ['53100', 'disk-full'],
  ['53300', 'overloaded'],
  ['25006', 'database-read-only'],
  ['23505', 'conflict'],
  ['23P01', 'conflict'],
  ['40001', 'conflict'],
  ['28P01', 'bad-configuration'],
  ['3D000', 'bad-configuration'],
  ['42501', 'bad-configuration'],
  ['42P01', 'internal'],
  ['08P01', 'internal'],
  ['22P02', 'internal'],
  ['XX000', 'internal'],
  ['99999', 'internal'],
])('SQLSTATE %s is %s', (state, code) => {
  expect(codeOfSqlState(state)).toBe(code);
});

describe('errors of the driver', () => {
  const thrown = (message: string, extra: object = {}): Error => Object.assign(new Error(message), extra);

  test.each([
    [
      'refused',
      thrown('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' }),
      'database-unavailable',
    ],
    ['no socket', thrown('connect ENOENT /run/.s.PGSQL.5432', { code: 'ENOENT' }), 'database-unavailable'],
    ['cut', thrown('Connection terminated unexpectedly'), 'database-unavailable'],
    [
      'cut while connecting',
      thrown('Connection terminated due to connection timeout'),
      'database-unavailable',
    ],
    ['no answer', thrown('Query read timeout'), 'database-unavailable'],
    [
      'dead client',
      thrown('Client has encountered a connection error and is not queryable'),
      'database-unavailable',
    ],
    ['pool exhausted', thrown('timeout exceeded when trying to connect'), 'overloaded'],
    [
      'several addresses',
      new AggregateError([thrown('x', { code: 'ECONNREFUSED' })]),
      'database-unavailable',
    ],
    ['anything else', thrown('surprise'), 'internal'],
    ['no error at all', 'text', 'internal'],
  ])('%s', (_name, error, code) => {
    const known = toAppError(error);
    expect(known.code).toBe(code);
    expect(known.cause).toBeDefined();
  });

  test('keep state and constraint for the log, and the text of the database out of what people see', () => {
    const error = new pg.DatabaseError(
      'duplicate key value violates unique constraint "secret_key"',
      1,
      'error',
    );
    Object.assign(error, { code: '23505', constraint: 'secret_key', detail: 'Key (id)=(7) already exists.' });
    const known = toAppError(error);
    expect(known.facts).toMatchObject({ sqlState: '23505', constraint: 'secret_key' });
    expect(JSON.stringify(known.facts.detail)).not.toMatch(/secret|duplicate|7/);
    expect(known.facts.detail!.zh).not.toBe('');
  });

  test('of our own pass unchanged', () => {
    const own = new AppError('too-large', 'x');
    expect(toAppError(own)).toBe(own);
  });
});
