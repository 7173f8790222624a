// A lifecycle: the one list of what a process has acquired, released in reverse order when it stops.
//
// Also while it is still acquiring: what has begun is waited for, so that nothing is released under its hands, and the
// work ends at whatever it would have acquired next.
import { Fault } from '@parallax/core';

export type Release = () => Promise<unknown> | unknown;

/** How long a stop waits for what is starting: less than the ten seconds in which supervisors expect an end. */
const STARTING_MS = 5_000;

export class Lifecycle {
  readonly #releases: { readonly name: string; readonly release: Release }[] = [];
  readonly #failures: Error[] = [];
  readonly #abort = new AbortController();
  #stopped: Promise<void> | undefined;

  /** Aborted the moment stopping begins, before anything is released; its reason is stop()'s. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves with the reason when stopping begins. */
  readonly stopping: Promise<string> = new Promise((resolve) => {
    this.#abort.signal.addEventListener('abort', () => resolve(String(this.#abort.signal.reason)), { once: true });
  });

  /** Registers a release under a name a person can read. What is registered after stopping began is released too. */
  own(name: string, release: Release): void {
    this.#releases.push({ name, release });
    if (this.#stopped !== undefined) this.#stopped = this.#stopped.then(() => this.#releaseAll());
  }

  /**
   * Registers a resource's close() and hands the resource back.
   * @throws Fault `start-stopped` when stopping has begun; the resource is closed then, too
   */
  use<T extends { close(): Promise<unknown> | unknown }>(name: string, resource: T): T {
    this.own(name, () => resource.close());
    if (this.signal.aborted) throw stoppedEarly(name);
    return resource;
  }

  /**
   * Begins what uses resources registered before, and is itself to be released once it is there. A stop that comes
   * meanwhile waits for it before it releases anything else, up to five seconds.
   * @throws Fault `start-stopped` when stopping has begun, whatever `begin` came to; otherwise what `begin` threw
   */
  async start<T>(
    name: string,
    begin: () => Promise<T>,
    release: (started: T) => Promise<unknown> | unknown = () => undefined,
  ): Promise<T> {
    if (this.signal.aborted) throw stoppedEarly(name);
    const begun = begin();
    const releasing = begun.then(
      (started): Release =>
        () =>
          release(started),
      (): Release => () => undefined,
    );
    this.own(name, async () => {
      const there = await orOverdue(releasing, STARTING_MS);
      if (there !== undefined) await there();
      else void releasing.then((late) => this.own(name, late));
    });
    try {
      const started = await begun;
      if (!this.signal.aborted) return started;
    } catch (error) {
      if (!this.signal.aborted) throw error;
    }
    throw stoppedEarly(name);
  }

  /**
   * Releases everything, the newest first, each after the one before has finished. A release that fails does not keep
   * the others from running; all failures come as one AggregateError. Calling it again waits for the same stop.
   */
  async stop(reason = 'stopped'): Promise<void> {
    if (this.#stopped === undefined) {
      this.#stopped = Promise.resolve().then(() => this.#releaseAll());
      this.#abort.abort(reason);
    }
    // A release registered meanwhile lengthens the chain.
    for (let seen: Promise<void> | undefined; seen !== this.#stopped; ) {
      seen = this.#stopped;
      await seen;
    }
    const failures = this.#failures;
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
  }

  async #releaseAll(): Promise<void> {
    for (let next = this.#releases.pop(); next !== undefined; next = this.#releases.pop()) {
      try {
        await next.release();
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        this.#failures.push(new Error(`Could not release ${next.name}: ${why}`, { cause }));
      }
    }
  }
}

/** undefined when it took longer than `ms`. */
async function orOverdue<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}

function stoppedEarly(name: string): Fault {
  return new Fault(`Told to stop while starting ${name}.`, {
    code: 'start-stopped',
    cure: 'Start it again: it goes on where it was.',
  });
}
