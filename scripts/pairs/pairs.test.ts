// Three pairs of real libraries over real documents: what they come to under their rules, and what shows all the same.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { textIn } from './documents.ts';
import { PAIRS, runPair, table } from './run.ts';

const PAGE = readFileSync(new URL('../../docs/pairs.md', import.meta.url), 'utf8');

describe.each(PAIRS)('$name: $about', (pair) => {
  test('differ in nearly all documents, and in nothing but known faults under the rules', async () => {
    const { before, after } = await runPair(pair);
    const documents = pair.documents.length;
    expect(before.outcomes.mismatch).toBeGreaterThan(documents * 0.9);
    const { match, equivalent, known } = after.outcomes;
    expect(match + equivalent + known).toBe(documents);
    expect(known).toBeGreaterThan(0);
    expect(before.outcomes.known + before.outcomes.equivalent).toBe(0);
  });

  test('every rule is needed: without it documents differ', async () => {
    const { rules } = (await runPair(pair)).after;
    for (const { name } of rules) {
      const without = await runPair(pair, (rule) => rule.name !== name);
      expect([name, without.after.outcomes.mismatch > 0 || isException(name)]).toEqual([name, true]);
    }
  });

  test('planted faults show, but for those at the very place that is known to be wrong', async () => {
    const { planted } = await runPair(pair);
    for (const { about, planted: faults, hidden } of planted) {
      expect([about, faults > 0]).toEqual([about, true]);
      expect([about, ...hidden]).toEqual(
        about === 'a link leads elsewhere' ? [about, '18f/how-18f-works/project-lifecycle.md'] : [about],
      );
    }
  });

  test('the page of the pairs shows the very rules', () => {
    expect(PAGE).toContain(`\`\`\`yaml\n${textIn(pair.name, 'experiment.yaml').trimEnd()}\n\`\`\``);
  });
});

/** Excuses nothing: it takes a place from a wider rule, so that something shows there. */
function isException(name: string): boolean {
  return name === 'a designator is a text';
}

test('without the exception for designators a calculated one is taken for the same number', async () => {
  const runways = PAIRS.filter(({ name }) => name === 'runways');
  for (const pair of runways) {
    const known = async (keep: (name: string) => boolean) =>
      (await runPair(pair, ({ name }) => keep(name))).after.rules.find(({ name }) => name.includes('calculated'))
        ?.pairs;
    expect(await known(() => true)).toBe(16);
    expect(await known((name) => !isException(name))).toBe(0);
  }
});

test('the page of the pairs has the table as the command prints it', async () => {
  expect(PAGE).toContain(await table());
});
