import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/http/gate.js';

const limits = { running: 2, waiting: 2, waitMs: 10_000, timeLimitMs: 10_000 };
const forever = (): Promise<never> => new Promise(() => {});
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await Promise.resolve();
};

describe('the gate', () => {
  it('never lets in more than fit, whoever comes when a place is given back', async () => {
    const gate = createGate({ ...limits, waiting: 100 });
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await turns(3);
      inside--;
    };
    const all: Promise<void>[] = [];
    for (let i = 0; i < 50; i++) {
      all.push(gate.run(work));
      await turns(i % 4);
    }
    await Promise.all(all);
    expect(most).toBe(2);
    expect(gate.state()).toEqual({ running: 0, waiting: 0 });
  });

  it('gives places in the order of coming', async () => {
    const gate = createGate({ ...limits, running: 1, waiting: 3 });
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => gate.run(async () => void order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });

  it('refuses beyond the queue, and whoever waits too long', async () => {
    const gate = createGate({ ...limits, running: 1, waiting: 1, waitMs: 1 });
    void gate.run(forever);
    const waiting = gate.run(forever);
    await expect(gate.run(forever)).rejects.toMatchObject({ code: 'overloaded' });
    await expect(waiting).rejects.toMatchObject({ code: 'overloaded' });
    expect(gate.state()).toEqual({ running: 1, waiting: 0 });
  });

  it('forgets a caller who hangs up, waiting or inside', async () => {
    const gate = createGate({ ...limits, running: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const inside = gate.run(untilAborted, first.signal);
    const waiting = gate.run(forever, second.signal);
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    first.abort();
    await expect(inside).rejects.toMatchObject({ code: 'cancelled' });
    await turns();
    expect(gate.state()).toEqual({ running: 0, waiting: 0 });
    await expect(gate.run(forever, first.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('answers at the time limit, but keeps the place until the work has really ended', async () => {
    const gate = createGate({ ...limits, running: 1, timeLimitMs: 1 });
    let end = (): void => {};
    const stubborn = new Promise<void>((resolve) => {
      end = resolve;
    });
    await expect(gate.run(() => stubborn)).rejects.toMatchObject({ code: 'time-limit' });
    expect(gate.state().running).toBe(1);
    end();
    await turns();
    expect(gate.state().running).toBe(0);
  });

  it('gives the place back when the work throws', async () => {
    const gate = createGate({ ...limits, running: 1 });
    const broken = gate.run(() => {
      throw new RangeError('at once');
    });
    await expect(broken).rejects.toThrow(RangeError);
    expect(gate.state().running).toBe(0);
  });
});
