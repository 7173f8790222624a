// The kernel side by side with libraries that do the same on parsed documents: bytes in, answer out, volatile members apart.

import { compareContents, type RuleSpec } from '@parallax/core';
import isEqual from 'fast-deep-equal';
import { create } from 'jsondiffpatch';
import diff from 'microdiff';
import { plainPlan } from '../../plain-plan.ts';
import { type Order, pairOf, RULES, type Size, type Variant, withoutVolatile } from './documents.ts';

/** Nanoseconds of CPU time a call; of several rounds the median, and the median of the ratios within each round. */
export interface Contest {
  readonly ours: number;
  /** By name. */
  readonly peers: ReadonlyMap<string, number>;
  /** How many times as fast as the fastest peer. */
  readonly ratio: number;
}

export const ROUNDS = 7;
/** Bytes of legacy documents compared in one turn of a round. */
const TURN = 4e6;

export function contest(size: Size, variant: Variant): Contest {
  const [legacy, candidate] = pairOf(size, variant);
  const agrees = variant === 'equal' || variant === 'shuffled';
  const parsed = (): readonly [Order, Order] => [
    withoutVolatile(JSON.parse(legacy.toString())),
    withoutVolatile(JSON.parse(candidate.toString())),
  ];
  const patcher = create({});
  const peers: Readonly<Record<string, () => boolean>> = agrees
    ? { 'fast-deep-equal': () => isEqual(...parsed()) }
    : { microdiff: () => diff(...parsed()).length === 0, jsondiffpatch: () => patcher.diff(...parsed()) === undefined };
  const ours = comparing(legacy, candidate, RULES);
  for (const [name, call] of Object.entries({ ours, ...peers })) {
    if (call() !== agrees) throw new Error(`${name} is wrong about ${size}, ${variant}`);
  }
  const turns = Math.max(3, Math.round(TURN / legacy.length));
  const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
    ours: timed(ours, turns),
    peers: new Map(Object.entries(peers).map(([name, call]) => [name, timed(call, turns)])),
  })).slice(1);
  return {
    ours: median(rounds.map((round) => round.ours)),
    peers: new Map(
      Object.keys(peers).map((name) => [name, median(rounds.map((round) => round.peers.get(name) ?? Number.NaN))]),
    ),
    ratio: median(rounds.map((round) => Math.min(...round.peers.values()) / round.ours)),
  };
}

/** Whether the two agree, from bytes on. */
export function comparing(legacy: Buffer, candidate: Buffer, rules: readonly RuleSpec[]): () => boolean {
  const plan = plainPlan('bench', rules);
  const one = [{ key: null, value: legacy, headers: [] }];
  const other = [{ key: null, value: candidate, headers: [] }];
  return () => compareContents(one, other, plan).kind === 'equivalent';
}

/**
 * Nanoseconds a call of the process's CPU time, the collector's threads included: on a machine that does other things as
 * well, waiting is no work.
 */
export function timed(call: () => unknown, turns: number): number {
  const began = process.cpuUsage();
  for (let i = 0; i < turns; i++) call();
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / turns;
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
