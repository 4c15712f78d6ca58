/** Goes through the tokens of a CQL2 text, counts how deep it is and says what it would have expected. */
import { filterLimits } from '../../layers/query/filter.js';
import { badCql2, type Token } from './tokens.js';

export class TokenReader {
  #next = 0;
  #depth = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  isSign(value: string): boolean {
    const { kind, value: found } = this.peek();
    return kind === 'sign' && found === value;
  }

  takeSign(value: string): boolean {
    if (!this.isSign(value)) return false;
    this.#next++;
    return true;
  }

  needSign(value: string): void {
    if (!this.takeSign(value)) throw this.unexpected(`“${value}”`, `"${value}"`);
  }

  isWord(word: string, ahead = 0): boolean {
    const { kind, value } = this.peek(ahead);
    return kind === 'name' && value.toUpperCase() === word;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#next++;
    return true;
  }

  needWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word, word);
  }

  /** Where so many levels more would be too deep. */
  refuseDeeper(levels: number): void {
    if (this.#depth + levels <= filterLimits.depth) return;
    const { at } = this.peek();
    throw badCql2(at, `嵌套超过 ${filterLimits.depth} 层`, `nested deeper than ${filterLimits.depth}`);
  }

  nested<T>(read: () => T): T {
    this.refuseDeeper(1);
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }

  unexpected(zh = '', en = '') {
    const { kind, value, at } = this.peek();
    const found =
      kind === 'end' ? ['已到末尾', 'the end'] : [`“${value.slice(0, 40)}”`, `"${value.slice(0, 40)}"`];
    return badCql2(
      at,
      zh === '' ? `此处不应是${found[0]}` : `应为${zh}，而不是${found[0]}`,
      en === '' ? `${found[1]} does not belong there` : `${en} is missing before ${found[1]}`,
    );
  }
}
