/** The table from error codes to `application/problem+json` (RFC 9457). A code without its row does not compile. */
import type { AppError, Bilingual, ErrorCode, ErrorFacts, InputFault } from '../core/errors.js';
import { type Language, localize } from './language.js';

interface ProblemRow {
  status: number;
  title: Bilingual;
  /** What to do, when the error itself says nothing; for our own faults always, since their facts stay in the log. */
  advice: Bilingual;
  /** Seconds after which trying again makes sense. */
  retryAfterS?: number;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  /** Id of the request, to be found in the log. */
  instance: string;
  errors?: {
    pointer: string;
    code: string;
    detail: string;
    place?: number[];
    line?: number;
    column?: number;
  }[];
}

const row = (status: number, title: Bilingual, advice: Bilingual, retryAfterS?: number): ProblemRow =>
  retryAfterS === undefined ? { status, title, advice } : { status, title, advice, retryAfterS };

export const problemTable: Readonly<Record<ErrorCode, ProblemRow>> = {
  'bad-request': row(
    400,
    { zh: '请求无法读取', en: 'The request cannot be read' },
    { zh: '请对照 /docs 检查请求。', en: 'Compare the request with /docs.' },
  ),
  'bad-json': row(
    400,
    { zh: '不是合法的 JSON', en: 'Not valid JSON' },
    { zh: '请检查文件是否完整、编码是否为 UTF-8。', en: 'Check that the file is complete and in UTF-8.' },
  ),
  'bad-geojson': row(
    422,
    { zh: '不是可用的 GeoJSON', en: 'Not usable GeoJSON' },
    {
      zh: '请提交 Feature 或 FeatureCollection，几何为 Polygon 或 MultiPolygon。',
      en: 'Send a Feature or FeatureCollection whose geometries are Polygon or MultiPolygon.',
    },
  ),
  'bad-parcel': row(
    422,
    { zh: '地块图形有误', en: 'A parcel is not usable' },
    { zh: '请按 errors 逐项修正后重新提交。', en: 'Mend what errors lists and send again.' },
  ),
  'bad-crs': row(
    422,
    { zh: '坐标系有误或无法确定', en: 'The coordinate system is wrong or unclear' },
    {
      zh: '请用 crs 参数说明坐标系，例如 crs=4526（CGCS2000 三度带第 38 带）。',
      en: 'State it with the crs parameter, for example crs=4526 (CGCS2000 3-degree zone 38).',
    },
  ),
  'outside-jurisdiction': row(
    422,
    { zh: '地块不在管辖范围内', en: 'The parcel lies outside the jurisdiction' },
    {
      zh: '请检查坐标顺序、带号和中央经线。',
      en: 'Check the axis order, the zone number and the central meridian.',
    },
  ),
  'unsupported-format': row(
    415,
    { zh: '不支持的格式', en: 'Format not supported' },
    {
      zh: '请用 content-type: application/geo+json 提交 GeoJSON，或用 text/plain 提交国土 TXT；可读格式见 /v1/formats。',
      en: 'Send GeoJSON with content-type: application/geo+json, or 国土 TXT as text/plain. /v1/formats lists what is read.',
    },
  ),
  'unknown-parameter': row(
    400,
    { zh: '未知的参数', en: 'Unknown parameter' },
    { zh: '请对照 /docs 检查参数名。', en: 'Compare the names of the parameters with /docs.' },
  ),
  'bad-parameter': row(
    400,
    { zh: '参数值有误', en: 'Bad value of a parameter' },
    { zh: '请对照 /docs 检查参数值。', en: 'Compare the values of the parameters with /docs.' },
  ),
  'too-large': row(
    413,
    { zh: '提交的内容过大', en: 'Too large' },
    { zh: '请分批提交。', en: 'Send it in several parts.' },
  ),
  'bad-layer-file': row(
    422,
    { zh: '图层文件有误', en: 'The layer file is not usable' },
    {
      zh: '原有版本仍然有效。请按 errors 修正文件后重新导入。',
      en: 'The former version stays active. Mend what errors lists and import again.',
    },
  ),
  'bad-rule-pack': row(
    422,
    { zh: '规则包有误', en: 'The rule pack is not usable' },
    { zh: '可用的规则包见 /v1/rule-packs。', en: '/v1/rule-packs lists the usable ones.' },
  ),
  'bad-input': row(
    422,
    { zh: '测算输入有误', en: 'The input of the measure is not usable' },
    {
      zh: '请按 errors 逐项修正；各测算的输入格式与示例见 /v1/measures。',
      en: 'Mend what errors lists; /v1/measures shows the schema and an example of every measure.',
    },
  ),
  'not-found': row(
    404,
    { zh: '没有找到', en: 'Not found' },
    { zh: '请对照 /docs 检查地址和编号。', en: 'Compare the address and the id with /docs.' },
  ),
  'method-not-allowed': row(
    405,
    { zh: '此地址不接受该方法', en: 'This address does not take that method' },
    { zh: '可用的方法见 Allow 响应头。', en: 'The Allow header lists the methods it takes.' },
  ),
  conflict: row(
    409,
    { zh: '与当前状态冲突', en: 'In conflict with the present state' },
    { zh: '请刷新后重试。', en: 'Read the present state and try again.' },
  ),
  unauthorized: row(
    401,
    { zh: '需要密钥', en: 'A key is needed' },
    {
      zh: '请用请求头 Authorization: Bearer <密钥> 或 X-API-Key 提供有效密钥。',
      en: 'Send a valid key in the header Authorization: Bearer <key> or X-API-Key.',
    },
  ),
  forbidden: row(
    403,
    { zh: '没有权限', en: 'Not allowed' },
    { zh: '请向管理员申请相应权限的密钥。', en: 'Ask the administrator for a key with the scope needed.' },
  ),
  'time-limit': row(
    503,
    { zh: '超过处理时限', en: 'The time limit was reached' },
    { zh: '没有出具结论。请减少地块数量后重试。', en: 'No answer was given. Try again with fewer parcels.' },
  ),
  overloaded: row(
    503,
    { zh: '服务繁忙', en: 'Too much work at once' },
    { zh: '请稍后重试。', en: 'Try again a little later.' },
    5,
  ),
  'database-unavailable': row(
    503,
    { zh: '数据库暂时不可用', en: 'The database is not reachable' },
    {
      zh: '请稍后重试；恢复后无需重启服务。',
      en: 'Try again later; the service recovers without a restart.',
    },
    5,
  ),
  'database-too-new': row(
    500,
    { zh: '数据库版本高于程序版本', en: 'The database is newer than this program' },
    { zh: '请管理员升级程序。', en: 'The administrator must upgrade the program.' },
  ),
  'database-read-only': row(
    503,
    { zh: '数据库处于只读状态', en: 'The database is read-only' },
    { zh: '请管理员检查数据库。', en: 'The administrator must look at the database.' },
    60,
  ),
  'disk-full': row(
    507,
    { zh: '磁盘空间不足', en: 'The disk is full' },
    { zh: '请管理员清理磁盘。', en: 'The administrator must free some space.' },
  ),
  cancelled: row(
    503,
    { zh: '处理已取消', en: 'The work was cancelled' },
    { zh: '没有保存任何结果。', en: 'Nothing was stored.' },
  ),
  interrupted: row(
    503,
    { zh: '处理中断', en: 'The work was interrupted' },
    {
      zh: '处理它的进程已结束。没有保存任何结果，请重新提交。',
      en: 'The process that did it has ended. Nothing was stored: send it again.',
    },
  ),
  'statement-lost': row(
    500,
    { zh: '数据库丢失了一条语句', en: 'The database lost a statement' },
    {
      zh: '没有出具结论，请重试；如再次出现，请将编号告知管理员。',
      en: 'No answer was given. Try again; if it happens again, tell the administrator the id.',
    },
  ),
  'measure-mismatch': row(
    500,
    { zh: '测量结果未通过核对', en: 'The measures did not pass their own check' },
    {
      zh: '没有出具结论。请将编号告知管理员。',
      en: 'No answer was given. Please tell the administrator the id.',
    },
  ),
  'self-check-failed': row(
    500,
    { zh: '面积引擎自检未通过', en: 'The area engine failed its self-check' },
    {
      zh: '服务拒绝出具结论。请管理员查看 /readyz。',
      en: 'The service refuses to answer. The administrator must look at /readyz.',
    },
  ),
  'bad-configuration': row(
    500,
    { zh: '服务配置有误', en: 'The service is not configured correctly' },
    { zh: '请将编号告知管理员。', en: 'Please tell the administrator the id.' },
  ),
  internal: row(
    500,
    { zh: '服务内部错误', en: 'Internal error' },
    {
      zh: '没有出具结论。请将编号告知管理员。',
      en: 'No answer was given. Please tell the administrator the id.',
    },
  ),
};

export const errorCodes = Object.keys(problemTable) as ErrorCode[];

/** RFC 9457 `type` of a code: a relative reference that this service answers with an explanation. */
export const problemType = (code: ErrorCode): string => `/problems/${code}`;

export function toProblem(error: AppError, language: Language, requestId: string): Problem {
  const entry = problemTable[error.code];
  const ours = entry.status === 500;
  const problem: Problem = {
    type: problemType(error.code),
    title: entry.title[language],
    status: entry.status,
    code: error.code,
    detail: detailOf(ours ? {} : error.facts, entry, language, requestId, ours),
    instance: requestId,
  };
  if (!ours && error.facts.errors?.length) {
    problem.errors = error.facts.errors.map((fault) => toFault(fault, language));
  }
  return problem;
}

function detailOf(
  facts: ErrorFacts,
  entry: ProblemRow,
  language: Language,
  requestId: string,
  ours: boolean,
): string {
  const text = (facts.detail ?? entry.advice)[language];
  if (!ours) return text;
  return language === 'zh' ? `${text}（编号 ${requestId}）` : `${text} (id ${requestId})`;
}

function toFault(fault: InputFault, language: Language): NonNullable<Problem['errors']>[number] {
  const { pointer, code, place, line, column } = fault;
  const detail = localize(fault.detail, language);
  return {
    ...{ pointer, code, detail },
    ...(place && { place: [...place] }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}
