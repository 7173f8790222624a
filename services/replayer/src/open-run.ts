// A run's place in the log: its topics, the lock that lets one replay feed them, its plan, and how far it has got.
//
//   absent ──open──► begun ──(killed or stopped, opened again)──► begun ──finish──► finished, never opened again
//
// The lock is the membership in the run's group, which the log takes back when the process dies. The plan is the group's
// commit. How far feeding has got is not written down anywhere: the last record of each partition says it.
import {
  type AssignedPartition,
  type Consumption,
  type EventLog,
  Fault,
  type LogRecord,
  type RunTopics,
  replayerGroup,
} from '@parallax/core';
import { decodePlan, encodePlan, type PlannedPartition, type RunPlan, type Sessions } from './plan.ts';
import { sourceOffset } from './provenance.ts';

export interface RunIdentity {
  readonly experiment: string;
  readonly run: string;
  readonly topics: RunTopics;
}

export type FedPartition = Pick<PlannedPartition, 'topic' | 'partition' | 'source' | 'from'>;

export interface FedSoFar {
  /** Next offset of the source. */
  readonly next: number;
  /** Records in the run's partition. */
  readonly written: number;
}

export class OpenRun {
  readonly plan: RunPlan;
  readonly isResumed: boolean;
  /** Rises with every opening of the run. */
  readonly generation: number;
  readonly #log: EventLog;
  readonly #consumption: Consumption;

  constructor(log: EventLog, consumption: Consumption, generation: number, plan: RunPlan, isResumed: boolean) {
    this.#log = log;
    this.#consumption = consumption;
    this.generation = generation;
    this.plan = plan;
    this.isResumed = isResumed;
  }

  /** Resolves when the lock is gone: undefined after close(), otherwise why. */
  get ended(): Promise<Error | undefined> {
    return this.#consumption.ended;
  }

  /** How far a partition is fed, by what it ends with. */
  async position({ topic, partition, source, from }: FedPartition): Promise<FedSoFar> {
    const { last, written } = await end(this.#log, topic, partition);
    const next = last === undefined ? from : sourceOffset(last, topic, { topic: source, partition }) + 1;
    return { next, written };
  }

  /** Nobody feeds this run any more. */
  async finish(): Promise<void> {
    const plan: RunPlan = { ...this.plan, state: 'finished' };
    await commitPlan(this.#consumption, this.generation, plan);
    await this.close();
  }

  /** `fed`: what this and earlier lives did, for the next one to tell; without it, or where it cannot be kept, that is lost. */
  async close(fed?: Sessions): Promise<void> {
    try {
      if (fed !== undefined) await commitPlan(this.#consumption, this.generation, { ...this.plan, before: fed });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    } finally {
      await this.#consumption.stop();
    }
  }
}

/**
 * The topics must exist. `plan` is asked for where the run has not begun yet.
 * @throws Fault `run-in-use`, `run-exists`, `run-topic-foreign`
 */
export async function openRun(log: EventLog, id: RunIdentity, plan: () => Promise<RunPlan>): Promise<OpenRun> {
  const topics = [id.topics.input.topic, ...id.topics.outputs.map(({ legacy }) => legacy.topic)];
  const { consumption, generation, partitions } = await lock(log, id, topics);
  try {
    const known = decodePlan(
      partitions.flatMap(({ committed }) => committed ?? []),
      id.run,
    );
    if (known?.state === 'finished') throw runExists(id.run);
    if (known !== undefined) return new OpenRun(log, consumption, generation, known, true);
    const answers = await log.extents(id.topics.outputs.map(({ candidate }) => candidate));
    const written = [...partitions, ...answers].find(({ start, end }) => end > start);
    if (written !== undefined) throw foreign(id.run, written.topic);
    const fresh = await plan();
    await commitPlan(consumption, generation, fresh);
    return new OpenRun(log, consumption, generation, fresh, false);
  } catch (error) {
    await consumption.stop();
    throw error;
  }
}

interface Locked {
  readonly consumption: Consumption;
  readonly generation: number;
  readonly partitions: readonly AssignedPartition[];
}

async function lock(log: EventLog, { experiment, run }: RunIdentity, topics: readonly string[]): Promise<Locked> {
  const group = replayerGroup(experiment, run);
  const assigned = Promise.withResolvers<Omit<Locked, 'consumption'>>();
  let consumption: Consumption;
  try {
    consumption = await log.consume(
      { group, topics },
      {
        async assigned(generation, partitions) {
          // Membership is all that is wanted of the group: nothing is read.
          consumption.pause(partitions);
          assigned.resolve({ generation, partitions });
          return [];
        },
        batch: () => undefined,
      },
    );
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'group-locked') throw cause;
    throw new Fault(`Run ${run} is being replayed already: ${cause.message}`, {
      code: 'run-in-use',
      cure: 'Wait for it, stop it, or give this replay another name.',
      cause,
    });
  }
  const locked = await Promise.race([assigned.promise, consumption.ended]);
  if (locked === undefined || locked instanceof Error)
    throw locked ?? new Error('The group was left before it was joined.');
  return { consumption, ...locked };
}

async function commitPlan(consumption: Consumption, generation: number, plan: RunPlan): Promise<void> {
  const result = await consumption.commit(generation, encodePlan(plan));
  if (result === 'committed') return;
  throw new Fault('Another process has taken over this replay, or the log did not answer.', {
    code: 'run-in-use',
    cure: 'See who replays this run; then start the replay again: it goes on where it was.',
  });
}

/** The newest record of a partition, and how many it has. */
async function end(
  log: EventLog,
  topic: string,
  partition: number,
): Promise<{ readonly last: LogRecord | undefined; readonly written: number }> {
  const extent = (await log.extents([topic])).find((one) => one.partition === partition);
  if (extent === undefined || extent.end === 0) return { last: undefined, written: 0 };
  // The last offsets may hold no record (a log's own markers): step back ever further.
  for (let back = 1; ; back *= 8) {
    const from = Math.max(extent.start, extent.end - back);
    const last = (await log.read(topic, partition, from, back)).at(-1);
    if (last !== undefined) return { last, written: extent.end - extent.start };
    if (from === extent.start) break;
  }
  throw new Fault(
    `Retention has taken every record of ${topic}, partition ${partition}: how far feeding got is lost.`,
    {
      code: 'run-expired',
      cure: 'Delete the run with `parallax runs delete` and replay again; give run topics a longer retention.',
    },
  );
}

function runExists(run: string): Fault {
  return new Fault(`Run ${run} exists, and is finished.`, {
    code: 'run-exists',
    cure: `Take another name, or delete it first: parallax runs delete ${run}`,
  });
}

function foreign(run: string, topic: string): Fault {
  return new Fault(`${topic} holds records, but no replay ${run} was ever begun.`, {
    code: 'run-topic-foreign',
    cure: 'Take another name for the run, or remove that topic if nobody needs it.',
  });
}
