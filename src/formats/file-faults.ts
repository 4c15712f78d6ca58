/** The faults of one submitted file as they are found, and the one refusal that lists them. Sentences are the callers'. */
import { AppError, type Bilingual, type ErrorCode, type InputFault } from '../core/errors.js';

export type Values = Readonly<Record<string, string | number>>;

const fill = (template: string, values: Values): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

export const fillBoth = (texts: Bilingual, values: Values): Bilingual => ({
  zh: fill(texts.zh, values),
  en: fill(texts.en, values),
});

/** Lists the first `limit` faults, counts the rest. */
export class FileFaults {
  private readonly listed: InputFault[] = [];
  private readonly families = new Set<ErrorCode>();
  private found = 0;

  /** `what`: `TXT`, `parcels`: only for the log. */
  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** Where faults of several families meet, the refusal is `bad-parcel`. */
  add(fault: InputFault, family: ErrorCode): void {
    this.found += 1;
    this.families.add(family);
    if (this.listed.length < this.limit) this.listed.push(fault);
  }

  count(): number {
    return this.found;
  }

  /** Throws one `AppError` with all faults when there are any. */
  throwIfAny(): void {
    if (this.found > 0) throw this.refusal();
  }

  refusal(): AppError {
    const { listed, families, found, what } = this;
    const [only = 'bad-parcel'] = families;
    const first = listed[0]?.detail ?? { zh: '', en: '' };
    const detail =
      found === 1
        ? first
        : {
            zh: `提交的文件有 ${found} 处错误，逐项见 errors；第一处：${first.zh}`,
            en: `The submitted file has ${found} faults, see errors. The first: ${first.en}`,
          };
    const codes = [...new Set(listed.map((fault) => fault.code))].join(', ');
    const message = `${what} refused: ${found} fault(s): ${codes}`;
    return new AppError(families.size === 1 ? only : 'bad-parcel', message, {
      detail,
      errors: listed,
      ...(found > listed.length ? { moreErrors: found - listed.length } : {}),
    });
  }
}
