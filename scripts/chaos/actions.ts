// What befalls the servers and the processes, one thing at a time.
import { type FaultKind, httpAnswer, type Random } from '@parallax/platform/testing';
import { type Ground, SESSION_MS } from './ground.ts';
import type { Members } from './members.ts';

export interface Scene {
  readonly ground: Ground;
  readonly members: Members;
  readonly random: Random;
  /** Resolves when all that was in the logs when it was called has been judged, or is being waited for, and committed. */
  goesOn(): Promise<void>;
  /** How long a process stands still in `freeze`. Milliseconds. */
  readonly frozenMs: number;
}

type Action = (scene: Scene) => Promise<void>;

const MOST_MEMBERS = 4;
const STORE_GONE_MS = 4_000;

/** The scene goes on in the middle of it, where the fault lasts; after it, always. */
export const ACTIONS = {
  /** With three brokers and eight partitions each of them leads some. */
  'kill a leader': async ({ ground: { kafka }, random, goesOn }) => {
    await kafka.inSync();
    const node = random.pick(kafka.nodes);
    await node.kill();
    await goesOn();
    await node.start();
  },
  'restart the brokers one after another': async ({ ground: { kafka } }) => {
    for (const node of kafka.nodes) {
      await kafka.inSync();
      await node.stop();
      await node.start();
    }
  },
  'pause a broker': async ({ ground: { kafka }, random, goesOn }) => {
    await kafka.inSync();
    const node = random.pick(kafka.nodes);
    await node.pause();
    try {
      await goesOn();
    } finally {
      await node.resume();
    }
  },
  'a comparator joins': async ({ members }) => {
    if (members.count >= MOST_MEMBERS) await members.leave();
    members.join();
  },
  'a comparator leaves': async ({ members }) => {
    if (members.count < 2) members.join();
    await members.leave();
  },
  'a comparator is killed': ({ members }) => members.kill(),
  'the archiver is killed': ({ members }) => members.killArchiver(),
  'a comparator stands still with an insert under way': async ({ ground: { proxy }, members, goesOn, frozenMs }) => {
    if (members.count < 2) members.join();
    await goesOn();
    // What it sends now arrives when it is no longer a member.
    await proxy.inject({ kind: 'latency', ms: SESSION_MS });
    await pause(500);
    const thaw = members.freeze();
    await proxy.clear();
    try {
      await pause(frozenMs);
      await goesOn();
    } finally {
      thaw();
    }
  },
  'the store is down': storeFault({ kind: 'refuse' }),
  'the store answers 500': storeFault({ kind: 'answer', text: httpAnswer(500) }),
  'the store accepts and hangs': storeFault({ kind: 'hang' }),
  'the store takes rows and loses the answer': storeFault({ kind: 'answer-lost' }),
} satisfies Readonly<Record<string, Action>>;

export type ActionName = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

function storeFault(fault: FaultKind): Action {
  return async ({ ground: { proxy } }) => {
    const before = proxy.struck();
    await proxy.inject(fault);
    await proxy.whenStruck(before + 1);
    await pause(STORE_GONE_MS);
    await proxy.clear();
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
