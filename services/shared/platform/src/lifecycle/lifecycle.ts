// A lifecycle: the one list of what a process has acquired, released in reverse order when it stops.

export type Release = () => Promise<unknown> | unknown;

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

  /** Registers a resource's close() and hands the resource back. */
  use<T extends { close(): Promise<unknown> | unknown }>(name: string, resource: T): T {
    this.own(name, () => resource.close());
    return resource;
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
