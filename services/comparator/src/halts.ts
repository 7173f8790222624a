// Leaves word in the store of what ended comparing for good. Without it the verdict would go on saying what it said before.
import { type DivergenceStore, Fault, type HaltRow, isRetryable } from '@parallax/core';
import type { Clock } from '@parallax/platform';

/** How long the store may take: what ended comparing is not held back for longer. */
const PATIENCE_MS = 2_000;
const LONGEST_MESSAGE = 500;

/** A stop, another comparator that is at work, or a retry that cannot be: these leave the counts as good as they were. */
const HARMLESS: ReadonlySet<string> = new Set([
  'comparator-stopped',
  'start-stopped',
  'group-locked',
  'group-overtaken',
  'log-closed',
  'nothing-to-retry',
  'retry-needs-all',
  'store-closed',
]);

export interface HaltsAround {
  readonly store: Pick<DivergenceStore, 'write'>;
  readonly clock: Clock;
  readonly experiment: string;
  readonly run: string;
}

export class Halts {
  readonly #around: HaltsAround;
  #told: Promise<void> | undefined;

  constructor(around: HaltsAround) {
    this.#around = around;
  }

  /** Resolves once the first failure of this process is in the store, or could not be put there; never rejects. */
  tell(error: unknown): Promise<void> {
    if (isHarmless(error)) return Promise.resolve();
    this.#told ??= this.#write(error);
    return this.#told;
  }

  /** The work; where it fails and nobody is stopping it, that is told before it is passed on. */
  async during<T>(work: () => Promise<T>, stopping?: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (stopping?.aborted !== true) await this.tell(error);
      throw error;
    }
  }

  async #write(error: unknown): Promise<void> {
    const { store, clock, experiment, run } = this.#around;
    const row: HaltRow = { experiment, run, at: clock.now(), ...described(error) };
    const isWritten = new AbortController();
    const written = Promise.resolve()
      .then(() => store.write({ halts: [row] }))
      .catch(() => undefined);
    await Promise.race([written, clock.sleep(PATIENCE_MS, isWritten.signal)]);
    isWritten.abort();
  }
}

/** What passes by itself is gone on with at the next start, and is no halt. */
function isHarmless(error: unknown): boolean {
  return isRetryable(error) || (error instanceof Fault && HARMLESS.has(error.code));
}

/** Faults are written to be read; of another error nobody knows what its text holds. */
function described(error: unknown): Pick<HaltRow, 'code' | 'message'> {
  if (!(error instanceof Fault)) {
    const name = error instanceof Error ? error.name : typeof error;
    return { code: 'internal', message: `An unexpected failure (${name}); the comparator's output says more.` };
  }
  const message = error.message.replace(/(\b[a-z][a-z\d+.-]*:\/\/[^\s/?#@:]*):[^\s/?#]*@/gi, '$1:***@');
  const characters = [...message];
  const isLong = characters.length > LONGEST_MESSAGE;
  return { code: error.code, message: isLong ? `${characters.slice(0, LONGEST_MESSAGE).join('')}…` : message };
}
