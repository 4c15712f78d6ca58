/**
 * A COPY in the driver's own form of a query: the driver calls these methods as the server's messages come in
 * (PostgreSQL documentation: "Message Flow", COPY operations).
 */
import type { ClientBase } from 'pg';

/** What comes first in the binary format, before flags and the length of an extension (COPY, "Binary Format"). */
export const COPY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** What a COPY needs of the driver's connection. */
export interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

export abstract class CopyQuery<Result> {
  /** The driver gives up waiting after this time, and wraps `callback` to know that it need not. */
  readonly query_timeout: number;
  callback: (error?: Error | null) => void = () => {};
  /** Rows by the server's count, once it has ended. */
  protected count = Number.NaN;
  readonly #text: string;
  #settle: { resolve(result: Result): void; reject(error: unknown): void } | undefined;

  /** @param silenceMs longest wait for the end */
  constructor(text: string, silenceMs: number) {
    this.#text = text;
    this.query_timeout = silenceMs;
  }

  /** Sends it; rejects with the error of the server, or with what `result` throws. */
  run(client: ClientBase): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      (client.query as (submittable: CopyQuery<Result>) => unknown)(this);
    });
  }

  /** What the caller gets when the server has come to the end. */
  protected abstract result(): Result;

  submit(connection: CopyConnection): void {
    connection.query(this.#text);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.count = Number(/^COPY (\d+)$/.exec(text)?.[1]);
  }

  handleReadyForQuery(): void {
    this.callback();
    try {
      this.#settle!.resolve(this.result());
    } catch (error) {
      this.#settle!.reject(error);
    }
  }

  handleError(error: Error): void {
    this.callback(error);
    this.#settle!.reject(error);
  }
}
