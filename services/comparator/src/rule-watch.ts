// Tells of the rules: at the start of those that probably do not say what is meant, on their day of those that expire, and
// now and then what each has excused so far. Intervals grow, so that a first answer comes soon and a year of comparing fills no log.
import { BARE_RUN, type Experiment, RuleTally, type RuleUse, ruleDoubts, TWIN_RUN } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { KnownAlarm } from './known-alarm.ts';
import { rulesDoubtful, rulesUsed } from './rule-events.ts';

const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;
const GROWTH = 4;

export class RuleWatch {
  /** To be counted in. */
  readonly tally = new RuleTally();
  readonly #experiment: Experiment;
  readonly #known: KnownAlarm;
  readonly #telemetry: Pick<Telemetry, 'record'>;
  #intervalMs = FIRST_MS;
  #nextAt: number;
  #told = '';

  /** `now`: epoch ms. Of what only measures noise the doubts are told by the run beside it. */
  constructor(experiment: Experiment, run: string, telemetry: Pick<Telemetry, 'record'>, now: number) {
    this.#experiment = experiment;
    this.#known = new KnownAlarm(experiment, telemetry);
    this.#telemetry = telemetry;
    this.#nextAt = now + FIRST_MS;
    const doubts = run === TWIN_RUN || run === BARE_RUN ? [] : ruleDoubts(experiment.rules);
    if (doubts.length > 0) telemetry.record(rulesDoubtful(experiment, doubts));
    this.#known.look(now);
  }

  /** Since the process began: pairs of equal bytes are not compared, so no rule is asked about them. `seesAll`: there were none. */
  uses(seesAll = false): readonly RuleUse[] {
    return this.tally.uses(this.#experiment.rules, seesAll);
  }

  look(now: number): void {
    this.#known.look(now);
    if (now < this.#nextAt) return;
    this.#intervalMs = Math.min(LONGEST_MS, this.#intervalMs * GROWTH);
    this.#nextAt = now + this.#intervalMs;
    this.tell();
  }

  /** Nothing where nothing was compared, or nothing has changed since. */
  tell(): void {
    if (this.tally.pairs === 0) return;
    const uses = this.uses();
    const told = JSON.stringify(uses);
    if (uses.length === 0 || told === this.#told) return;
    this.#told = told;
    this.#telemetry.record(rulesUsed(this.#experiment.name, this.tally.pairs, uses));
  }
}
