/** Posts checks to the service over kept-alive connections and times each from the first byte sent to the last read. */
import { Agent, request } from 'node:http';

export interface Answer {
  ms: number;
  body: Buffer;
}

export class CheckClient {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** A check must be stored (201); anything else ends the bench. */
  check(body: Buffer): Promise<Answer> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const call = request(
        `${this.url}/v1/checks?stage=pre-review`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { 'content-type': 'application/geo+json', 'content-length': body.byteLength },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.once('error', reject);
          response.once('end', () => {
            const answer = Buffer.concat(parts);
            if (response.statusCode === 201) resolve({ ms: performance.now() - start, body: answer });
            else reject(new Error(`status ${response.statusCode}: ${answer.toString('utf8').slice(0, 500)}`));
          });
        },
      );
      call.once('error', reject);
      call.end(body);
    });
  }

  /** All bodies, `atOnce` of them under way at any time. */
  async all(bodies: readonly Buffer[], atOnce: number): Promise<{ times: number[]; ms: number }> {
    const times: number[] = [];
    let next = 0;
    const start = performance.now();
    const work = async (): Promise<void> => {
      while (next < bodies.length) times.push((await this.check(bodies[next++]!)).ms);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return { times, ms: performance.now() - start };
  }

  close(): void {
    this.agent.destroy();
  }
}
