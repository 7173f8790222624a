// The rule tests of an experiment file as they are written.
import { z } from 'zod';
import { choice, section, words } from './written.ts';

/** What two events that both are there can come to. */
export const TESTED_OUTCOMES = ['match', 'equivalent', 'known', 'improved', 'mismatch', 'inconclusive'] as const;

const MOST_TESTS = 1_000;

const value = (side: string) =>
  z.unknown().describe(`The ${side} event's payload: any JSON value, the text of its numbers respected.`);

const ruleTest = section({
  name: words('a name of 1 to 200 characters', 200).optional().describe('What the test claims.'),
  legacy: value('legacy'),
  candidate: value('candidate'),
  type: words('the type of an event', 200).optional().describe('The event type, for rules of certain types.'),
  outcome: choice(TESTED_OUTCOMES).describe('What must come out.'),
});

export const ruleTests = z
  .array(ruleTest, { error: 'a list of tests' })
  .max(MOST_TESTS, { error: `at most ${MOST_TESTS.toLocaleString('en')} tests` })
  .default([])
  .describe('What the rules must make of two events; run by `parallax check` and at every start.');

export type WrittenTest = z.output<typeof ruleTest>;
