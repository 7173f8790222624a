// Large arrays without order and large differences: `node scripts/bench/pairing.ts [PATTERN]`.
// Prints the CPU of one comparison each, the least of eight, and how it ended.

import { type Comparison, type Content, compareContents, type RuleSpec } from '@parallax/core';
import { roller } from '../corpus/tree.ts';
import { plainPlan } from '../plain-plan.ts';

const TRIES = 8;
const roll = roller(20_261_123);
const encoder = new TextEncoder();

interface Case {
  readonly name: string;
  readonly rules: readonly RuleSpec[];
  readonly legacy: unknown;
  readonly candidate: unknown;
}

const unordered = (path = '', key?: readonly string[]): RuleSpec => ({
  kind: 'unordered',
  name: 'any order',
  path,
  ...(key === undefined ? {} : { key }),
});
const near = (
  path: string,
  limits: { absolute?: number; relative?: number; digits?: number; ulp?: number },
): RuleSpec => ({
  kind: 'tolerance',
  name: path,
  path,
  ...limits,
});

function shuffled<T>(list: readonly T[]): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(roll() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

const off = (number: number, by: number): number => Math.round((number + (roll() - 0.5) * by) * 10_000) / 10_000;

function cases(n: number): readonly Case[] {
  const list = Array.from({ length: n }, () => Math.round(roll() * n * 100) / 100);
  const numbers = (name: string, rule: RuleSpec, change: (number: number) => number): Case => ({
    name: `${n} numbers, ${name}`,
    rules: [unordered(), rule],
    legacy: list,
    candidate: shuffled(list).map(change),
  });
  const things = list.map((price, i) => ({ sku: 'a', price: price * 10, at: { t: i % 97 }, quantity: i % 3 }));
  const objects = (name: string, rules: readonly RuleSpec[], of: (i: number) => string): Case => {
    const legacy = things.map((thing, i) => ({ ...thing, sku: of(i) }));
    const candidate = shuffled(legacy).map((thing) => ({ ...thing, price: off(thing.price, 0.08) }));
    return { name: `${n} objects, ${name}`, rules, legacy, candidate };
  };
  const times = list.map((_, i) => new Date(1.8e12 + i * 7_000).toISOString());
  return [
    numbers('absolute', near('/*', { absolute: 0.01 }), (x) => off(x, 0.018)),
    numbers('absolute, each fits hundreds', near('/*', { absolute: 100 }), (x) => off(x, 100)),
    numbers('relative', near('/*', { relative: 0.001 }), (x) => off(x, x * 0.0015)),
    numbers('significant digits', near('/*', { digits: 3 }), (x) => x * 1.000_000_1),
    numbers('ulp', near('/*', { ulp: 4 }), (x) => x * (1 + 2e-16)),
    numbers('absolute, one that fits none', near('/*', { absolute: 0.01 }), (x) =>
      x === list[7] ? 1e9 : off(x, 0.018),
    ),
    numbers('as they are', near('/other', { absolute: 1 }), (x) => x),
    objects('alike', [unordered(), near('/*/price', { absolute: 0.05 })], () => 'a'),
    objects(
      'alike, two tolerances',
      [unordered(), near('/*/price', { absolute: 0.05 }), near('/*/at/t', { absolute: 2 })],
      () => 'a',
    ),
    objects('told apart by a member', [unordered(), near('/*/price', { absolute: 0.05 })], (i) => `s${i}`),
    objects('by key', [unordered('', ['/sku']), near('/*/price', { absolute: 0.05 })], (i) => `s${i}`),
    {
      name: `${n} times`,
      rules: [unordered(), { kind: 'time', name: 't', path: '/*', within: '2s' }],
      legacy: times,
      candidate: shuffled(times).map((time) => new Date(Date.parse(time) + 1_500).toISOString()),
    },
  ];
}

function large(): readonly Case[] {
  const members = Array.from({ length: 60_000 }, (_, i) => [`m${i}`, i] as const);
  const of = (name: string, change: (name: string, value: number) => readonly [string, number] | undefined): Case => ({
    name: `60000 members, ${name}`,
    rules: [],
    legacy: Object.fromEntries(members),
    candidate: Object.fromEntries(
      members.flatMap(([key, value]) => {
        const changed = change(key, value);
        return changed === undefined ? [] : [changed];
      }),
    ),
  });
  return [
    of('the other has none', () => undefined),
    of('the other has others', (name, value) => [`x${name}`, value]),
    of('all changed', (name, value) => [name, value + 0.5]),
  ];
}

const wanted = new RegExp(process.argv[2] ?? '');
for (const { name, rules, legacy, candidate } of [...cases(2_000), ...cases(10_000), ...large()]) {
  if (!wanted.test(name)) continue;
  const plan = plainPlan('bench', rules);
  const contents = (value: unknown): readonly Content[] => [
    { key: null, value: encoder.encode(JSON.stringify(value)), headers: [] },
  ];
  const [one, other] = [contents(legacy), contents(candidate)];
  let least = Number.POSITIVE_INFINITY;
  let outcome: Comparison | undefined;
  for (let i = 0; i < TRIES; i++) {
    const before = process.threadCpuUsage();
    outcome = compareContents(one, other, plan);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  process.stdout.write(`${least.toFixed(1).padStart(7)} ms  ${outcome?.kind.padEnd(12)}  ${name}\n`);
}
