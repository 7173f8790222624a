// What a process may rely on when it stops.
import { EventEmitter } from 'node:events';
import { Fault } from '@parallax/core';
import { describe, expect, test, vi } from 'vitest';
import { Lifecycle } from './lifecycle.ts';
import { runUntilSignal } from './run.ts';

function fakeProcess() {
  const emitter = new EventEmitter();
  const exits: number[] = [];
  const source = Object.assign(emitter, { exit: (code: number) => exits.push(code) });
  return { source, exits, signal: (name: string) => emitter.emit(name) };
}

describe('a lifecycle', () => {
  test('releases the newest first, each after the one before has finished', async () => {
    const life = new Lifecycle();
    const steps: string[] = [];
    for (const name of ['log', 'store', 'consumer']) {
      life.own(name, async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
      });
    }
    await Promise.all([life.stop('done'), life.stop('again')]);
    expect(steps).toEqual(['consumer begins', 'consumer ends', 'store begins', 'store ends', 'log begins', 'log ends']);
    expect(life.signal.reason).toBe('done');
    expect(await life.stopping).toBe('done');
  });

  test('a release that fails keeps none of the others from running, and is named', async () => {
    const life = new Lifecycle();
    let released = false;
    life.own('the log', () => {
      released = true;
    });
    life.own('the store', () => Promise.reject(new Error('gone')));
    await expect(life.stop()).rejects.toThrow('Could not release the store: gone');
    expect(released).toBe(true);
  });

  test('what is acquired after stopping began is released too, even after a failure', async () => {
    const life = new Lifecycle();
    life.own('bad', () => Promise.reject(new Error('x')));
    await life.stop().catch(() => undefined);
    let released = false;
    const late = {
      close: () => {
        released = true;
      },
    };
    expect(() => life.use('late', late)).toThrow(expect.objectContaining({ code: 'start-stopped' }));
    await life.stop().catch(() => undefined);
    expect(released).toBe(true);
  });

  test('a stop while something starts waits for it, releases it first, and the start is told', async () => {
    const life = new Lifecycle();
    const steps: string[] = [];
    life.own('the log', () => steps.push('log closed'));
    const begun = Promise.withResolvers<string>();
    const starting = life.start(
      'the reader',
      () => begun.promise,
      (name) => steps.push(`${name} stopped`),
    );
    const told = expect(starting).rejects.toMatchObject({ code: 'start-stopped' });
    const stopping = life.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual([]);
    begun.resolve('reader');
    await stopping;
    await told;
    expect(steps).toEqual(['reader stopped', 'log closed']);
  });

  test('what fails to start once stopping has begun is no failure of its own', async () => {
    const life = new Lifecycle();
    const begun = Promise.withResolvers<never>();
    const starting = life.start('the reader', () => begun.promise);
    const told = expect(starting).rejects.toMatchObject({ code: 'start-stopped' });
    const stopping = life.stop();
    begun.reject(new Error('broken'));
    await stopping;
    await told;
  });

  test('nothing is started any more once stopping has begun', async () => {
    const life = new Lifecycle();
    await life.stop();
    let began = false;
    const start = life.start('the reader', async () => {
      began = true;
    });
    await expect(start).rejects.toMatchObject({ code: 'start-stopped' });
    expect(began).toBe(false);
  });

  test('what never comes to start is left behind, and released should it come after all', async () => {
    // Only these: what other tests have under way in this process goes on.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const life = new Lifecycle();
      const steps: string[] = [];
      life.own('the log', () => steps.push('log closed'));
      const begun = Promise.withResolvers<void>();
      const starting = life.start(
        'the reader',
        () => begun.promise,
        () => steps.push('reader stopped'),
      );
      const told = expect(starting).rejects.toMatchObject({ code: 'start-stopped' });
      const stopping = life.stop();
      await vi.runAllTimersAsync();
      await stopping;
      expect(steps).toEqual(['log closed']);
      begun.resolve();
      await told;
      await life.stop();
      expect(steps).toEqual(['log closed', 'reader stopped']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('running until a signal', () => {
  const silent = { onError: () => undefined };

  test('work that ends by itself gives its own exit code after everything is released', async () => {
    let released = false;
    const code = await runUntilSignal(
      async (life) => {
        life.own('x', () => {
          released = true;
        });
        return 1;
      },
      { ...silent, source: fakeProcess().source },
    );
    expect([code, released]).toEqual([1, true]);
  });

  test('the first signal stops in order and a service that returns ends with 0', async () => {
    const { source, signal, exits } = fakeProcess();
    const code = await runUntilSignal(
      async (life) => {
        queueMicrotask(() => signal('SIGTERM'));
        await life.stopping;
        return 0;
      },
      { ...silent, source },
    );
    expect([code, exits, source.listenerCount('SIGTERM'), source.listenerCount('SIGINT')]).toEqual([0, [], 0, 0]);
  });

  test('work that does not answer the signal is left behind once its resources are released', async () => {
    const { source, signal } = fakeProcess();
    const code = await runUntilSignal(
      () => {
        queueMicrotask(() => signal('SIGINT'));
        return new Promise<number>(() => undefined);
      },
      { ...silent, source },
    );
    expect(code).toBe(130);
  });

  test('the second signal exits at once, though a release hangs', async () => {
    const { source, signal, exits } = fakeProcess();
    let hanging: () => void = () => undefined;
    const running = runUntilSignal(
      async (life) => {
        life.own(
          'hangs',
          () =>
            new Promise<void>((resolve) => {
              hanging = resolve;
              signal('SIGTERM');
            }),
        );
        signal('SIGINT');
        await life.stopping;
        return 0;
      },
      { ...silent, source },
    );
    await expect.poll(() => exits).toEqual([143]);
    hanging();
    await running;
  });

  test('a stop that takes longer than its grace is cut short and says so', async () => {
    const { source, signal, exits } = fakeProcess();
    const errors: unknown[] = [];
    void runUntilSignal(
      async (life) => {
        life.own('hangs', () => new Promise<void>(() => undefined));
        signal('SIGINT');
        return 0;
      },
      { onError: (error) => errors.push(error), graceMs: 1, source },
    );
    await expect.poll(() => exits).toEqual([130]);
    expect(String(errors[0])).toContain('longer than 1 ms');
  });

  test('a stop that hangs has ended by itself, with the reason, before a supervisor kills it after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { source, signal, exits } = fakeProcess();
      const errors: unknown[] = [];
      void runUntilSignal(
        async (life) => {
          life.own('hangs', () => new Promise<void>(() => undefined));
          signal('SIGTERM');
          return 0;
        },
        { onError: (error) => errors.push(error), source },
      );
      await vi.advanceTimersByTimeAsync(9_999);
      expect([exits, String(errors)]).toEqual([[143], expect.stringContaining('cut short')]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('what fails because it was closed after the signal is no failure, anything else is', async () => {
    const stopped = async (error: Error) => {
      const { source, signal } = fakeProcess();
      const errors: unknown[] = [];
      const code = await runUntilSignal(
        async (life) => {
          queueMicrotask(() => signal('SIGINT'));
          await life.stopping;
          throw error;
        },
        { onError: (told) => errors.push(told), source },
      );
      return [code, errors.length];
    };
    expect(await stopped(new Fault('closed', { code: 'log-closed' }))).toEqual([130, 0]);
    expect(await stopped(new Fault('broken', { code: 'log-corrupt' }))).toEqual([2, 1]);
  });

  test('work that throws is told and ends with 2', async () => {
    const errors: unknown[] = [];
    const code = await runUntilSignal(() => Promise.reject(new Error('no')), {
      onError: (error) => errors.push(error),
      source: fakeProcess().source,
    });
    expect([code, String(errors)]).toEqual([2, 'Error: no']);
  });
});
