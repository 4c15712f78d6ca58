import { describe, expect, it } from 'vitest';
import { giveBack, takeMemory } from '../../src/checks/answer-memory.js';

describe('memory of answers', () => {
  it('is used again once it was given back', () => {
    const first = takeMemory(1_000_000);
    giveBack(first.subarray(10, 20));
    expect(takeMemory(900_000).buffer).toBe(first.buffer);
  });

  it('is never in two hands', () => {
    const first = takeMemory(1_000_000);
    const second = takeMemory(1_000_000);
    expect(second.buffer).not.toBe(first.buffer);
    giveBack(first);
    giveBack(first);
    const [third, fourth] = [takeMemory(10), takeMemory(10)];
    expect(third.buffer).toBe(first.buffer);
    expect(fourth.buffer).not.toBe(first.buffer);
  });

  it('is new where more is needed than was given back', () => {
    const small = takeMemory(2_000_000);
    giveBack(small);
    expect(takeMemory(3_000_000).byteLength).toBeGreaterThanOrEqual(3_000_000);
  });

  it('is not kept where it is huge, nor when it was not handed out', () => {
    const huge = takeMemory(40_000_000);
    giveBack(huge);
    const foreign = Buffer.alloc(5_000_000);
    giveBack(foreign);
    const next = takeMemory(4_000_000);
    expect([huge.buffer, foreign.buffer]).not.toContain(next.buffer);
  });
});
