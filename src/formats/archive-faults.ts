/** Every reason to refuse an archive, as data: the stable code and the sentence for people with `{name}` places to fill. */
import { AppError, type Bilingual, type ErrorCode, type InputFault } from '../core/errors.js';
import { shownName } from './archive-names.js';

interface FaultText extends Bilingual {
  family: ErrorCode;
}

const unfit = (zh: string, en: string): FaultText => ({ family: 'unsupported-format', zh, en });
const large = (zh: string, en: string): FaultText => ({ family: 'too-large', zh, en });

const archiveFaults = {
  'broken-archive': unfit(
    '压缩包已损坏或不完整，无法读取（{why}）。请重新压缩后提交。',
    'The archive is damaged or incomplete ({why}). Make it again.',
  ),
  'too-many-entries': large(
    '压缩包内有 {count} 个文件，超过上限 {limit} 个。请只打包需要的数据。',
    'The archive holds {count} files, the limit is {limit}. Pack only the data.',
  ),
  'unpacked-too-large': large(
    '压缩包解开后为 {count} 字节，超过上限 {limit} 字节。请拆分后提交。',
    'Unpacked, the archive has {count} bytes, the limit is {limit}. Submit it in parts.',
  ),
  'suspicious-ratio': large(
    '压缩包的压缩比为 {count} 倍，超过上限 {limit} 倍，疑似压缩炸弹，已拒绝。',
    'The archive expands {count} times, the limit is {limit}: it looks like a zip bomb.',
  ),
  'unsafe-name': unfit(
    '压缩包内的文件名“{name}”不安全（绝对路径、“..”或控制字符），已拒绝。请用相对路径重新压缩。',
    'The name "{name}" in the archive is not safe (absolute, "..", or control characters). Pack it again with relative names.',
  ),
  'duplicate-name': unfit(
    '压缩包内文件名“{name}”重复（不分大小写），无法判断以哪个为准。请重新压缩。',
    'The name "{name}" occurs twice in the archive (case aside): which one counts? Pack it again.',
  ),
  'link-in-archive': unfit(
    '压缩包内的“{name}”是链接或特殊文件，不接受。',
    '"{name}" in the archive is a link or special file, which is not accepted.',
  ),
  'encrypted-archive': unfit(
    '压缩包内的“{name}”已加密，请去掉密码后重新压缩。',
    '"{name}" in the archive is encrypted. Pack it again without a password.',
  ),
  'nested-archive': unfit(
    '压缩包内还有压缩包“{name}”，请解开后把数据直接压缩成一个 ZIP。',
    'There is an archive "{name}" inside the archive. Unpack it and zip the data itself.',
  ),
  'unknown-compression': unfit(
    '压缩包内的“{name}”用了不支持的压缩方法，请用普通 ZIP（deflate）重新压缩。',
    '"{name}" in the archive uses a compression that is not supported. Use plain ZIP (deflate).',
  ),
} as const satisfies Record<string, FaultText>;

export type ArchiveFaultCode = keyof typeof archiveFaults;

type Values = Readonly<Record<string, string | number>>;

export function archiveFault(code: ArchiveFaultCode, values: Values = {}): InputFault {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, key: string) => shownName(String(values[key] ?? whole)));
  const { zh, en } = archiveFaults[code];
  return { pointer: shownName(String(values.name ?? '')), code, detail: { zh: fill(zh), en: fill(en) } };
}

/** One refusal for all that is wrong with an archive. */
export function refuseArchive(faults: readonly InputFault[]): AppError {
  const [first] = faults;
  const family = archiveFaults[first!.code as ArchiveFaultCode].family;
  const more = faults.length > 1;
  return new AppError(family, `archive refused: ${[...new Set(faults.map(({ code }) => code))].join(', ')}`, {
    detail: {
      zh: `${first!.detail.zh}${more ? `（共 ${faults.length} 处，见 errors）` : ''}`,
      en: `${first!.detail.en}${more ? ` (${faults.length} faults, see errors)` : ''}`,
    },
    errors: faults.slice(0, 100),
  });
}
