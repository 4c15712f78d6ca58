/** From what a database (or the way to it) reports to the product's closed list of error codes. */
import { AppError, type Bilingual, type ErrorCode } from '../core/errors.js';

/** SQLSTATE or its two-character class → code; the longer key wins (PostgreSQL documentation, appendix A). */
const codeOfState: Readonly<Record<string, ErrorCode>> = {
  '08': 'database-unavailable',
  '08P01': 'internal', // protocol violation: too few values bound
  '23': 'conflict',
  '25006': 'database-read-only',
  '25P03': 'time-limit',
  '25P04': 'time-limit',
  '28': 'bad-configuration',
  '3D000': 'bad-configuration',
  '40001': 'conflict',
  '40P01': 'conflict',
  '42501': 'bad-configuration',
  '53100': 'disk-full',
  '53200': 'overloaded',
  '53300': 'overloaded',
  '53400': 'overloaded',
  '55P03': 'overloaded',
  '57014': 'time-limit',
  '57P01': 'database-unavailable',
  '57P02': 'database-unavailable',
  '57P03': 'database-unavailable',
  '57P04': 'database-unavailable',
  '57P05': 'database-unavailable',
};

/** Texts for people: generic on purpose, database text never leaves through a door. */
const details: Partial<Record<ErrorCode, Bilingual>> = {
  'database-unavailable': {
    zh: '数据库暂时无法访问，服务会自动重连，请稍后重试；若持续出现，请检查数据库是否在运行以及 DATABASE_URL。',
    en: 'The database cannot be reached. The service reconnects by itself: try again shortly. If it lasts, check that the database runs and that DATABASE_URL is right.',
  },
  conflict: {
    zh: '与数据库中已有的数据或同时进行的另一操作冲突，未做任何修改；请刷新后重试。',
    en: 'This conflicts with stored data or with another operation at the same time; nothing was changed. Refresh and try again.',
  },
  'database-read-only': {
    zh: '数据库处于只读状态（可能是备机），无法保存；请连接主库。',
    en: 'The database is read-only (perhaps a standby) and cannot store; connect to the primary.',
  },
  'time-limit': {
    zh: '数据库语句超过时间上限，已取消，未做任何修改；请缩小范围或提高时间上限。',
    en: 'A database statement ran over its time limit and was cancelled; nothing was changed. Narrow the request or raise the limit.',
  },
  'disk-full': {
    zh: '数据库磁盘空间不足，未保存任何内容；请清理空间后重试。',
    en: 'The database has run out of disk space; nothing was stored. Free some space and try again.',
  },
  overloaded: {
    zh: '数据库连接或内存已用尽，请稍后重试。',
    en: 'The database is out of connections, locks or memory; try again shortly.',
  },
  'bad-configuration': {
    zh: '数据库拒绝登录或权限不足；请检查 DATABASE_URL 中的用户、密码、库名和权限。',
    en: 'The database refused the login or lacks a permission; check user, password, database name and rights of DATABASE_URL.',
  },
  'statement-lost': {
    zh: '内嵌数据库丢失了一条语句的结果，该操作已回滚，引擎将自动重启；请重试，若再次出现请改用 PostgreSQL 服务器。',
    en: 'The embedded database lost the result of a statement; the operation was rolled back and the engine restarts by itself. Try again; if it happens again use a PostgreSQL server.',
  },
  internal: {
    zh: '服务内部错误，操作未完成，未做任何修改。',
    en: 'Internal error; the operation was not completed and nothing was changed.',
  },
};

/** An error of this room with the generic text of its code. */
export function databaseError(
  code: ErrorCode,
  message: string,
  facts: Record<string, unknown> = {},
  cause?: unknown,
): AppError {
  const detail = details[code] ?? (details.internal as Bilingual);
  return new AppError(code, message, { detail, ...facts }, cause);
}

/** Code for a SQLSTATE; what is not in the table is a fault of this program. */
export function codeOfSqlState(state: string): ErrorCode {
  return codeOfState[state] ?? codeOfState[state.slice(0, 2)] ?? 'internal';
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** System error codes of a lost or refused connection (Node's `error.code`). */
const connectionFaults = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENOENT', // unix socket of a server that is not running
]);

/** Any error of the driver as an AppError; an AppError passes unchanged. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, message = String(error), constraint, errors } = error as DriverError;
  if (code !== undefined && connectionFaults.has(code)) return unavailable(message, error);
  if (code !== undefined && SQLSTATE.test(code)) {
    const facts = { sqlState: code, ...(constraint === undefined ? {} : { constraint }) };
    return databaseError(codeOfSqlState(code), `SQLSTATE ${code}: ${message}`, facts, error);
  }
  if (errors?.[0] !== undefined) return toAppError(errors[0]); // AggregateError of a host with several addresses
  if (message === 'timeout exceeded when trying to connect') {
    return databaseError('overloaded', 'no free database connection in time', {}, error);
  }
  if (
    /connection (terminated|ended|error)|not queryable|client was closed|read timeout|timeout expired/i.test(
      message,
    )
  ) {
    return unavailable(message, error);
  }
  return databaseError('internal', `database driver: ${message}`, {}, error);
}

const unavailable = (message: string, cause: unknown): AppError =>
  databaseError('database-unavailable', `database unavailable: ${message}`, {}, cause);

interface DriverError {
  code?: string;
  message?: string;
  constraint?: string;
  errors?: readonly unknown[];
}
