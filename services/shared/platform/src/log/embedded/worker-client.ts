// The calling side of the worker thread: answers matched to calls, and its end made known to everyone who waits.
import { Worker } from 'node:worker_threads';
import { Fault } from '@parallax/core';
import { logClosed } from '../faults.ts';
import type { Call, Calls, FromWorker, Steer, TailBatch, Verb, WorkerOptions } from './protocol.ts';
import { fromWire } from './wire-fault.ts';

/** How long a closed worker may take to end by itself, ms. */
const END_WITHIN_MS = 2_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface TailListener {
  batch(batch: TailBatch): void;
  lost(error: Error): void;
}

export class WorkerClient {
  readonly #address: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, TailListener>();
  readonly #ended: Promise<void>;
  #calls = 0;
  #consumers = 0;
  #closed: Error | undefined;

  constructor(options: WorkerOptions) {
    this.#address = `embedded:${options.directory}`;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fall(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fall(new Error('It ended by itself.'));
        resolve();
      });
    });
  }

  call<V extends Verb>(verb: V, ...args: Parameters<Calls[V]>): Promise<Awaited<ReturnType<Calls[V]>>> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed);
      const call = this.#calls++;
      this.#waiting.set(call, { resolve, reject });
      const message: Call = { kind: 'call', call, verb, args };
      this.#worker.postMessage(
        message,
        args.filter((arg) => arg instanceof ArrayBuffer),
      );
    });
  }

  newConsumer(): number {
    return this.#consumers++;
  }

  /** Who hears what comes for a consumer; nothing does before its first steering. */
  listen(consumer: number, listener: TailListener): void {
    this.#listeners.set(consumer, listener);
    if (this.#closed !== undefined) listener.lost(this.#closed);
  }

  unlisten(consumer: number): void {
    this.#listeners.delete(consumer);
  }

  steer(message: Steer): void {
    if (this.#closed === undefined) this.#worker.postMessage(message);
  }

  /** Every write asked for so far is settled first. */
  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    // A log that could not be opened refuses this too.
    const closing = this.call('close').catch(() => undefined);
    this.#closed = logClosed(this.#address);
    await closing;
    // It ends by itself; stopping it from outside, in the middle of whatever V8 is doing there, is the last resort.
    const impatience = setTimeout(() => void this.#worker.terminate(), END_WITHIN_MS);
    await this.#ended;
    clearTimeout(impatience);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.call)?.resolve(message.result as never);
        break;
      case 'refusal':
        this.#settle(message.call)?.reject(fromWire(message.fault));
        break;
      case 'batch':
        this.#listeners.get(message.consumer)?.batch(message);
        break;
      case 'lost':
        this.#listeners.get(message.consumer)?.lost(fromWire(message.fault));
        break;
    }
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    return waiting;
  }

  #fall(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#closed ??= new Fault(`The worker thread of the event log ${this.#address} died: ${reason}`, {
      code: 'log-worker-died',
      cure: 'Open the log again; what was acknowledged is there.',
      retryable: true,
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#closed);
    this.#waiting.clear();
    for (const listener of this.#listeners.values()) listener.lost(this.#closed);
    this.#listeners.clear();
  }
}
