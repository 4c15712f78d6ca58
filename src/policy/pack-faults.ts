/** The faults of a rule pack, each with its place as a JSON pointer. */
import { AppError, type InputFault } from '../core/errors.js';

export function badRulePack(name: string, errors: readonly InputFault[]): AppError {
  return new AppError('bad-rule-pack', `${name}: ${errors.map((fault) => fault.pointer).join(' ')}`, {
    detail: {
      zh: `规则包“${name}”有 ${errors.length} 处错误，未予启用，请按 errors 逐条修改后重新加载。`,
      en: `Rule pack "${name}" has ${errors.length} fault(s) and is not used; mend each entry of errors and load it again.`,
    },
    errors,
  });
}

export const fault = (pointer: string, code: string, zh: string, en: string): InputFault => ({
  pointer,
  code,
  detail: { zh, en },
});

/** One reference token of a JSON pointer (RFC 6901 §3). */
export const token = (name: string | number): string =>
  String(name).replaceAll('~', '~0').replaceAll('/', '~1');

export const absent = (pointer: string, code: string, name: string): InputFault =>
  fault(pointer, code, `“${name}”不存在或不可用。`, `"${name}" does not exist or cannot be used here.`);
