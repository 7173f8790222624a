// The rule cookbook, executed: every recipe of docs/cookbook.md does what it says, and hides no more than it says.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Content } from '../compare/spec.ts';
import { judgeGroup } from '../files/group.ts';
import { fileSettings } from '../files/settings.ts';
import type { Experiment } from './experiment.ts';
import { formatExperimentFault } from './faults.ts';
import { parseExperiment } from './parse.ts';
import { RULE_KINDS } from './rule-schema.ts';

const PAGE = readFileSync(new URL('../../../../../docs/cookbook.md', import.meta.url), 'utf8');
const HEAD = 'experiment: orders\nlegacy: { topic: orders }\ncandidate: { topic: orders.v2 }\n';
/** The day the page was written: nothing in it has expired yet. */
const WRITTEN = Date.UTC(2026, 10, 23);
const ATTRIBUTES = ['name', 'severity', 'types', 'when'];
const [RECIPES = '', REFUSED = ''] = PAGE.split('\n## When a rule is refused\n');

interface Shown {
  readonly title: string;
  readonly rules: string;
  readonly pairs: readonly Pair[];
}

interface Pair {
  readonly legacy: string;
  readonly candidate: string;
  /** Without rules; absent: not asked. */
  readonly before?: string;
  readonly after: string;
  /** A fault that must show. */
  readonly isFault: boolean;
  /** Epoch ms. */
  readonly day: number;
}

/** A recipe is three blocks: two events and `before`, the rules, and `after` with further events. */
function recipes(): readonly Shown[] {
  const blocks = [...RECIPES.matchAll(/^(?:#{2,3} (.+)|```(text|yaml)\n([\s\S]*?)\n```)$/gm)];
  const found: Shown[] = [];
  let title = '';
  let open: string[] = [];
  for (const [, heading, , body = ''] of blocks) {
    if (heading !== undefined) {
      expect([title, open]).toEqual([title, []]);
      title = heading;
      continue;
    }
    open.push(body);
    const [events, rules, outcomes] = open;
    if (events === undefined || rules === undefined || outcomes === undefined) continue;
    found.push({ title, rules, pairs: pairsOf(`${events}\n${outcomes}`) });
    open = [];
  }
  expect(open).toEqual([]);
  return found;
}

function pairsOf(text: string): readonly Pair[] {
  return text.split(/^(?=also$|still shows$)/m).map((group) => {
    const line = (word: string): string | undefined => new RegExp(`^${word} +(.+)$`, 'm').exec(group)?.[1];
    const [before, day] = [line('before'), line('day')];
    return {
      legacy: line('legacy') ?? '',
      candidate: line('candidate') ?? '',
      ...(before === undefined ? {} : { before }),
      after: line('after') ?? '',
      isFault: group.startsWith('still shows'),
      day: day === undefined ? WRITTEN : Date.parse(day),
    };
  });
}

function experimentOf(rules: string, now: number): Experiment {
  // What has expired is refused by `check`, and left out by a process that starts.
  const parsed = parseExperiment(HEAD + rules, 'orders.yaml', now > WRITTEN ? undefined : now);
  if (parsed.kind === 'faults') throw new Error(parsed.faults.map(formatExperimentFault).join('\n'));
  expect(parsed.warnings).toEqual([]);
  return parsed.experiment;
}

function told(pair: Pair, experiment: Experiment): string {
  const { plan, typeOf } = fileSettings(experiment, undefined, { now: pair.day });
  const event = (text: string) => {
    const content: Content = { key: null, value: new TextEncoder().encode(text), headers: [] };
    return [{ timestamp: pair.day, content }];
  };
  const lost = { legacy: false, candidate: false };
  const judged = judgeGroup('7', event(pair.legacy), event(pair.candidate), { plan, typeOf, lost });
  const differences = judged.differences.map(({ path, kind, rule, severity }) => {
    const by = [rule, severity].filter((word) => word !== undefined).join(', ');
    return `${path || 'the whole'} ${kind}${by === '' ? '' : ` (${by})`}`;
  });
  const more = judged.reason ?? differences.join(', ');
  return more === '' ? judged.outcome : `${judged.outcome}: ${more}`;
}

const ALL = recipes();

test.each(ALL.map((recipe) => [recipe.title, recipe] as const))('recipe %s does what it says', (_title, recipe) => {
  const { rules, pairs } = recipe;
  const [first, ...others] = pairs;
  expect(first?.before).toMatch(/^mismatch: /);
  expect(first?.after).toMatch(/^(equivalent|improved|known)/);
  const bare = { ...experimentOf(rules, WRITTEN), rules: [] };
  expect(pairs.map((pair) => told(pair, experimentOf(rules, pair.day)))).toEqual(pairs.map(({ after }) => after));
  expect(first === undefined ? '' : told(first, bare)).toBe(first?.before);
  const faults = others.filter(({ isFault }) => isFault);
  expect(faults.length).toBeGreaterThan(0);
  for (const { after } of faults) expect(after).toMatch(/^mismatch: /);
});

test('there is a recipe for every kind of rule, and for all that may stand beside it', () => {
  const all = ALL.map(({ rules }) => rules).join('\n');
  const missing = [...RULE_KINDS, ...ATTRIBUTES].filter((key) => !new RegExp(`^ +(- )?${key}: `, 'm').test(all));
  expect(missing).toEqual([]);
});

describe('a rule that is refused', () => {
  const stories = [...REFUSED.matchAll(/```yaml\n([\s\S]*?)\n```\n\n```text\n([\s\S]*?)\n```/g)];

  test('is shown in at least six ways', () => {
    expect(stories.length).toBeGreaterThanOrEqual(6);
  });

  test.each(stories.map(([, rules = '', message = '']) => [rules, message] as const))('%s', (rules, message) => {
    const parsed = parseExperiment(HEAD + rules, 'orders.yaml', WRITTEN);
    const faults = parsed.kind === 'faults' ? parsed.faults : parsed.warnings;
    expect(faults.map(formatExperimentFault).join('\n')).toBe(message);
  });
});
