import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropStrayReady, findLoss, messagesIn, splitBeforeSync } from '../../src/database/embedded-guard.js';

/** "1 2 C:SELECT_1" → wire messages; the replies in the cases were recorded from the engine. */
function wire(shorthand: string): Uint8Array {
  const messages = shorthand.split(' ').filter(Boolean);
  return Buffer.concat(
    messages.map((message) => {
      const body = Buffer.from(message.length > 2 ? `${message.slice(2).replaceAll('_', ' ')}\0` : '');
      const head = Buffer.alloc(5);
      head.write(message[0]!, 0);
      head.writeUInt32BE(4 + body.length, 1);
      return Buffer.concat([head, body]);
    }),
  );
}
const types = (bytes: Uint8Array): string =>
  [...messagesIn(bytes)].map(({ type }) => String.fromCharCode(type)).join(' ');

describe('a reply of the engine', () => {
  const cases: { name: string; sent: string; reply: string; lost: boolean }[] = JSON.parse(
    readFileSync(new URL('../cases/database/engine-replies.json', import.meta.url), 'utf8'),
  );
  for (const { name, sent, reply, lost } of cases) {
    test(`${name}: ${lost ? 'lost' : 'whole'}`, () => {
      expect(findLoss(wire(sent), wire(reply)) !== undefined).toBe(lost);
    });
  }
});

test('what runs is cut from the sync that would commit it', () => {
  expect(splitBeforeSync(wire('P B D E S')).map(types)).toEqual(['P B D E', 'S']);
  expect(splitBeforeSync(wire('B E S B E S')).map(types)).toEqual(['B E', 'S', 'B E', 'S']);
  expect(splitBeforeSync(wire('Q')).map(types)).toEqual(['Q']);
});

test('cutting loses and reorders nothing', () => {
  const batch = fc.array(fc.constantFrom('P', 'B:x', 'D', 'E', 'S', 'Q:select_1'), { maxLength: 30 });
  fc.assert(
    fc.property(batch, (messages) => {
      const whole = wire(messages.join(' '));
      expect(Buffer.concat(splitBeforeSync(whole))).toEqual(Buffer.from(whole));
    }),
  );
});

test('the ready report after an error is kept back until the sync', () => {
  expect(types(dropStrayReady(wire('P B D E'), wire('1 E Z')))).toBe('1 E');
  expect(types(dropStrayReady(wire('S'), wire('Z')))).toBe('Z');
  expect(types(dropStrayReady(wire('Q'), wire('E Z')))).toBe('E Z');
});
