/** Reads what a service answers, as fast as it comes. */
import { type Agent, request } from 'node:http';

const SILENCE_MS = 60_000;

/** Reads an answer to its end and throws it away; the number of its bytes. Anything but a good answer ends the bench. */
export function readAll(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, timeout: SILENCE_MS }, (answer) => {
      let bytes = 0;
      let head = '';
      answer.on('data', (part: Buffer) => {
        if (head.length < 400) head += part.toString('utf8', 0, 400);
        bytes += part.length;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if ((answer.statusCode === 200 || answer.statusCode === 204) && !/ExceptionReport/.test(head))
          resolve(bytes);
        else reject(new Error(`${url}: ${answer.statusCode} ${head.slice(0, 300)}`));
      });
    });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error(`${url} does not answer`)));
    call.end();
  });
}
