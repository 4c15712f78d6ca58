/**
 * Which statements are prepared by name on the connection. A text that comes back is worth it (embedded: 0.07
 * instead of 0.17 ms a call); the number is bounded, because a connection keeps every name it was ever given.
 */
import { createHash } from 'node:crypto';

const USES_BEFORE_NAMING = 2;
const MAX_NAMED = 300;
const MAX_COUNTED = 2_000;

/**
 * Before a text whose best plan depends on its values, as with a box of a caller: named, PostgreSQL would soon use one
 * plan for all of them. A page of a million features by a box around them all: 0.2 s, and 6 s by such a plan.
 */
export const PLANNED_ANEW = '/* planned anew */ ';

export class StatementNames {
  readonly #uses = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #off = false;

  /** Name for this text, or undefined while it is rare (or not to be named). */
  nameFor(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (text.startsWith(PLANNED_ANEW)) return undefined;
    if (this.#off || this.#names.size >= MAX_NAMED) return undefined;
    const uses = (this.#uses.get(text) ?? 0) + 1;
    if (uses <= USES_BEFORE_NAMING) {
      if (this.#uses.size >= MAX_COUNTED) this.#uses.clear();
      this.#uses.set(text, uses);
      return undefined;
    }
    this.#uses.delete(text);
    const name = `q_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }

  /** A failure that lies in the name: the next call of `text` takes another one, or none. */
  learnFrom(text: string, error: unknown): void {
    if (isStalePlan(error)) {
      const name = this.#names.get(text);
      if (name !== undefined) this.#names.set(text, `${name}_`);
    } else if (isNameFault(error)) {
      this.#off = true; // a pooler hands out connections that do not know our names: do without
      this.#names.clear();
      this.#uses.clear();
    }
  }
}

/**
 * True when a named statement failed before it ran, for a reason that lies in the name: a plan made before a schema
 * change, a name unknown (26000) or already taken (42P05) behind a pooler.
 */
export function isNameFault(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: string };
  return code === '26000' || code === '42P05' || isStalePlan(error);
}

/** "cached plan must not change result type": the columns have changed since the statement was prepared. */
function isStalePlan(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}
