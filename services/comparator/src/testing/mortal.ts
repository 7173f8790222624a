// A process that dies at one of its calls to the outside: nothing it does afterwards has an effect, nothing answers it.
import type { Consumption, DivergenceStore, EventLog } from '@parallax/core';
import type { Clock } from '@parallax/platform';
import type { MemoryLog } from '@parallax/platform/testing';
import type { ComparatorPorts } from '../comparing.ts';
import type { World } from './world.ts';

export interface MortalPorts extends Pick<ComparatorPorts, 'log' | 'store' | 'clock'> {
  readonly died: Promise<void>;
  /** Calls made so far. */
  readonly calls: () => number;
}

/** Dies at call number `at` (from 1): `before` it is made, or after it was made and before its answer is known. */
export function mortal(world: World, at: number, before: boolean): MortalPorts {
  const client = world.log.connect();
  const life = new Life(at, before, client);
  return {
    log: life.log(client),
    store: life.guarded<DivergenceStore>(world.store),
    clock: life.clock(world.clock),
    died: life.died.promise,
    calls: () => life.calls,
  };
}

class Life {
  calls = 0;
  readonly died = Promise.withResolvers<void>();
  readonly #at: number;
  readonly #before: boolean;
  readonly #client: MemoryLog;
  #dead = false;

  constructor(at: number, before: boolean, client: MemoryLog) {
    this.#at = at;
    this.#before = before;
    this.#client = client;
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (ms, signal) => (this.#dead ? forever() : clock.sleep(ms, signal).then(() => this.#answer(undefined))),
    };
  }

  log(client: MemoryLog): EventLog {
    const guarded = this.guarded<EventLog>(client);
    return new Proxy(guarded, {
      get: (target, name) => {
        if (name !== 'consume') return Reflect.get(target, name);
        const consume: EventLog['consume'] = async (options, handlers) =>
          this.#consumption(await guarded.consume(options, handlers));
        return consume;
      },
    });
  }

  #consumption(consumption: Consumption): Consumption {
    return {
      ended: consumption.ended.then((error) => this.#answer(error)),
      pause: (partitions) => consumption.pause(partitions),
      resume: (partitions) => consumption.resume(partitions),
      seek: (position) => consumption.seek(position),
      ends: () => this.#call(() => consumption.ends()),
      commit: (generation, offsets) => this.#call(() => consumption.commit(generation, offsets)),
      stop: () => this.#call(() => consumption.stop()),
    };
  }

  guarded<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#call(async () => member.apply(target, args));
      },
    });
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dead) return forever();
    const isLast = ++this.calls === this.#at;
    if (isLast && this.#before) return this.#die();
    const result = await work();
    return isLast ? this.#die() : this.#answer(result);
  }

  #answer<T>(result: T): T | Promise<T> {
    return this.#dead ? forever() : result;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#client.crash();
    this.died.resolve();
    return forever();
  }
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
