// Tells, once each, of known differences whose day has come: at the start, or while comparing goes on.
import { type Experiment, expiryMs, type KnownRule } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { knownExpired } from './rule-events.ts';

export class KnownAlarm {
  readonly #experiment: string;
  readonly #telemetry: Pick<Telemetry, 'record'>;
  #waiting: readonly KnownRule[];

  constructor({ name, rules }: Experiment, telemetry: Pick<Telemetry, 'record'>) {
    this.#experiment = name;
    this.#telemetry = telemetry;
    this.#waiting = rules.filter((rule) => rule.kind === 'known');
  }

  /** `now`: epoch ms. */
  look(now: number): void {
    if (this.#waiting.length === 0) return;
    const isDue = (rule: KnownRule): boolean => (expiryMs(rule) ?? now) <= now;
    for (const rule of this.#waiting.filter(isDue)) this.#telemetry.record(knownExpired(this.#experiment, rule));
    this.#waiting = this.#waiting.filter((rule) => !isDue(rule));
  }
}
