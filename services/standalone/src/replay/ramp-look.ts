// Looks at a run that is fed with a ramp: what the build has answered, and how long that took.
import type { EventLog, Experiment, LoadStep, NewRecord } from '@parallax/core';
import { type OpenedSchemas, TopicIds } from '@parallax/platform';
import type { RampStep } from '@parallax/replayer';
import type { BuildSettings } from './build.ts';
import { RampWatch } from './ramp-watch.ts';

/** Of a partition's new answers, the latest that are read: enough to tell a p99, whatever the rate. */
const ANSWERS_AT_ONCE = 1_000;

export interface RampSubject {
  readonly experiment: Experiment;
  readonly schemas: OpenedSchemas | undefined;
  readonly plan: readonly RampStep[];
}

export class RampLook {
  readonly #watch: RampWatch;
  readonly #input: TopicIds | undefined;
  readonly #answers: ReadonlyMap<string, TopicIds>;
  readonly #read = new Map<string, number>();
  #answered = 0;
  #bytes = 0;

  constructor({ experiment, schemas, plan }: RampSubject) {
    this.#watch = new RampWatch(plan);
    const { input, outputs, budgets } = experiment;
    this.#input = input === undefined ? undefined : new TopicIds(input, schemas?.input, budgets);
    this.#answers = new Map(
      outputs.map(({ output, candidate }) => [output, new TopicIds(candidate, schemas?.candidate, budgets)]),
    );
  }

  get steps(): readonly LoadStep[] {
    return this.#watch.steps;
  }

  get isOver(): boolean {
    return this.#watch.isOver;
  }

  /** Told of each input once it is in the log. `sentAt`: wall ms. */
  readonly fed = (input: NewRecord, sentAt: number): void => {
    const { key = null, value = null, headers = [] } = input;
    this.#bytes += (key?.length ?? 0) + (value?.length ?? 0);
    for (const [name, content] of headers) this.#bytes += name.length + (content?.length ?? 0);
    const found = this.#input?.correlate({ key, value, headers });
    if (found?.kind === 'id') this.#watch.fed(found.id, sentAt);
  };

  /** `fed`, `lag`: inputs in the run's topic, and those that the build has not committed. Rejects as the log does. */
  async look(log: EventLog, settings: BuildSettings, at: { readonly fed: number; readonly lag: number; now: number }) {
    for (const [output, topic] of Object.entries(settings.outputs)) await this.#see(log, output, topic, at.now);
    this.#watch.look({ at: at.now, fed: at.fed, lag: at.lag, answered: this.#answered, bytes: this.#bytes });
  }

  /** All that was recorded is fed. */
  end(): void {
    this.#watch.end();
  }

  async #see(log: EventLog, output: string, topic: string, now: number): Promise<void> {
    const ids = this.#answers.get(output);
    if (ids === undefined) return;
    for (const { partition, start, end } of await log.extents([topic])) {
      const place = `${topic}/${partition}`;
      const before = this.#read.get(place) ?? start;
      if (end <= before) continue;
      const records = await log.read(topic, partition, Math.max(before, end - ANSWERS_AT_ONCE), ANSWERS_AT_ONCE);
      await ids.learn(records);
      for (const record of records) {
        const found = ids.correlate(record);
        if (found.kind === 'id') this.#watch.answered(found.id, record.timestamp, now);
      }
      this.#answered += end - before;
      this.#read.set(place, end);
    }
  }
}
