// A connection to S3: requests through a gate, each tried again while that may help, their failures told as faults.
//
// The client's own retries are off: they would hide that an earlier try of a conditional put may be the one that stored
// the object.
import { Fault } from '@parallax/core';
import { systemClock } from '../../lifecycle/clock.ts';
import { Gate } from '../gate.ts';
import type { S3Place } from './address.ts';
import { type OpenClient, openClient } from './client.ts';
import { refusalOf, s3Fault } from './failures.ts';
import { S3_DEFAULTS, type S3Options, type S3Settings } from './options.ts';
import { BAD_CREDENTIALS, CLOSED, EXPIRED, NO_CREDENTIALS, type Refusal } from './refusals.ts';

/** Kinds of requests for which S3 gives separate permissions. */
export type Right = 'read' | 'list' | 'write' | 'remove';

const OF_CREDENTIALS: ReadonlySet<Refusal> = new Set([BAD_CREDENTIALS, EXPIRED, NO_CREDENTIALS]);

/** What a request is made with. */
export interface Session extends OpenClient {
  /** To be handed to every send: closing the archive ends what is under way. */
  readonly until: { readonly abortSignal: AbortSignal };
}

export class S3Connection {
  readonly place: S3Place;
  readonly settings: S3Settings;
  readonly #gate: Gate;
  readonly #closing = new AbortController();
  /** What has succeeded at least once: a denial of it may pass. */
  readonly #proven = new Set<Right>();
  #session: Promise<Session> | undefined;

  constructor(place: S3Place, options: S3Options) {
    this.place = place;
    this.settings = { ...S3_DEFAULTS, ...options };
    this.#gate = new Gate(this.settings.requests);
  }

  /**
   * `doing` is a clause: "store topics/…". The work must be safe to repeat.
   * @throws Fault, `retryable` where the caller may try again later
   */
  async run<T>(doing: string, right: Right, work: (session: Session) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let used: Promise<Session> | undefined;
      try {
        const result = await this.#gate.through(async () => {
          used = this.#open();
          return work(await used);
        });
        this.#proven.add(right);
        return result;
      } catch (error) {
        if (error instanceof Fault) throw error;
        const refusal = this.#closing.signal.aborted ? CLOSED : refusalOf(error);
        const mayPass = this.#mayPass(refusal, right);
        const worthIt = mayPass || refusal?.nature === 'on-the-way';
        if (!worthIt || attempt >= this.settings.attempts) {
          throw s3Fault(this.place.address, doing, error, refusal, mayPass);
        }
        if (refusal !== undefined && OF_CREDENTIALS.has(refusal) && used === this.#session) this.#renew();
        await this.#wait(attempt);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#renew();
  }

  #mayPass(refusal: Refusal | undefined, right: Right): boolean {
    if (refusal?.nature === 'passing') return true;
    // Credentials are loaded for all rights alike.
    return (
      refusal?.nature === 'once-proven' &&
      (refusal === NO_CREDENTIALS ? this.#proven.size > 0 : this.#proven.has(right))
    );
  }

  #open(): Promise<Session> {
    if (this.#closing.signal.aborted) throw s3Fault(this.place.address, 'use', new Error(''), CLOSED, false);
    this.#session ??= openClient(this.settings).then((opened) => ({
      ...opened,
      until: { abortSignal: this.#closing.signal },
    }));
    return this.#session;
  }

  /** The next request opens a client anew, which loads the credentials again: the client keeps what it has loaded. */
  #renew(): void {
    const old = this.#session;
    this.#session = undefined;
    void old?.then(({ client }) => client.destroy()).catch(() => undefined);
  }

  /** At random up to a bound that doubles, so that many writers do not come back together. */
  #wait(attempt: number): Promise<void> {
    const { firstWaitMs, longestWaitMs } = this.settings;
    const bound = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
    return systemClock.sleep(Math.random() * bound, this.#closing.signal);
  }
}
