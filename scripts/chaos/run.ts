// One run of chaos: load on three brokers, faults one after another, and at the end the rows, the ledger and the archive
// against the oracle.
import { comparatorGroup } from '@parallax/comparator';
import { SIDES } from '@parallax/core';
import { Random } from '@parallax/platform/testing';
import { ACTION_NAMES, ACTIONS, type ActionName, type Scene } from './actions.ts';
import { DEADLINE_MS, type Ground, openGround, PARTITIONS, type Shared } from './ground.ts';
import { Load } from './load.ts';
import { Members } from './members.ts';
import { differences, lost, seen, spurious, truthOf, unarchived } from './oracle.ts';

const LOOK_MS = 100;
/** A bound against hanging, not a claim. */
const PATIENCE_MS = 120_000;

export interface ChaosOptions {
  readonly seed: number;
  readonly env: NodeJS.ProcessEnv;
  readonly perSecond: number;
  readonly frozenMs: number;
  /** In this order; or drawn by the seed until the time is over. */
  readonly actions: readonly ActionName[] | { readonly untilMs: number };
  readonly tell: (line: string) => void;
}

export interface ChaosReport {
  readonly ids: number;
  readonly events: number;
  readonly pairs: number;
  /** How long everything took to go on, during an action that lasts and after each. */
  readonly recoveries: readonly { readonly action: ActionName; readonly ms: number }[];
  /** What is not as the oracle says; empty when all is well. */
  readonly wrong: readonly string[];
}

export async function runChaos(shared: Shared, options: ChaosOptions): Promise<ChaosReport> {
  const ground = await openGround(shared, options.env);
  try {
    return await rage(ground, options);
  } finally {
    await ground.stop();
  }
}

async function rage(ground: Ground, { seed, perSecond, frozenMs, actions, tell }: ChaosOptions): Promise<ChaosReport> {
  const { log, topics, experiment, store, archive } = ground;
  const random = new Random(seed);
  const members = new Members(ground);
  members.join();
  const loading = { log, topics, partitions: PARTITIONS, perSecond, deadlineMs: DEADLINE_MS };
  const load = new Load({ ...loading, random: new Random(seed + 1) });
  const recoveries: ChaosReport['recoveries'][number][] = [];
  const passes = () => Promise.race([untilPassed(ground), members.failed]);
  let during: ActionName | undefined;
  const goesOn = async () => {
    const began = performance.now();
    await passes();
    const ms = Math.round(performance.now() - began);
    if (during === undefined) return;
    recoveries.push({ action: during, ms });
    tell(`  goes on after ${(ms / 1_000).toFixed(1)} s`);
  };
  const scene: Scene = { ground, members, random, goesOn, frozenMs };
  await goesOn();
  for (const name of drawn(actions, random)) {
    tell(`${name} (${members.count} comparators, ${load.ids} ids so far)`);
    during = name;
    await Promise.race([ACTIONS[name](scene), members.failed]);
    await goesOn();
  }
  await load.stop();
  await ground.kafka.inSync();
  await members.stop();
  const wrong: string[] = [];
  for (const service of ['comparator', 'archiver'] as const) {
    const { code, err } = await ground.finish(service);
    if (code === null || code > 1) wrong.push(`${service} ended with ${code}: ${err.slice(-1_000)}`);
  }
  const [truth, found] = [await truthOf(log, topics), await seen(store, experiment)];
  wrong.push(
    ...(await lost(log, topics, load.acknowledged)).map((one) => `acknowledged and not in the log: ${one}`),
    ...differences(truth.pairs, found.pairs).map((one) => `pairs: ${one}`),
    ...differences(truth.ledger, found.ledger).map((one) => `ledger: ${one}`),
    ...(await spurious(store, experiment, load.acknowledged, DEADLINE_MS)).map((one) => `falsely missing: ${one}`),
    ...(await unarchived(archive, log, Object.values(topics))).map((one) => `archive: ${one}`),
  );
  return { ids: load.ids, events: load.acknowledged.length, pairs: found.pairs.length, recoveries, wrong };
}

function* drawn(actions: ChaosOptions['actions'], random: Random): Generator<ActionName> {
  if (!('untilMs' in actions)) {
    yield* actions;
    return;
  }
  const end = performance.now() + actions.untilMs;
  while (performance.now() < end) yield random.pick(ACTION_NAMES);
}

/** Resolves when the group has committed everything that was in the logs when it was called. */
async function untilPassed({ log, topics, experiment }: Ground): Promise<void> {
  const names = SIDES.map((side) => topics[side]);
  const ends = await log.extents(names);
  const began = performance.now();
  for (;;) {
    const committed = await log.committed(comparatorGroup(experiment, 'live'), names).catch(() => []);
    const behind = ends.filter(({ topic, partition, end }) => {
      const found = committed.find((one) => one.topic === topic && one.partition === partition);
      return end > 0 && (found === undefined || found.offset < end);
    });
    if (behind.length === 0) return;
    if (performance.now() - began > PATIENCE_MS) {
      const places = behind.map(({ topic, partition, end }) => `${topic}/${partition} below ${end}`);
      throw new Error(`It does not go on: ${places.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
