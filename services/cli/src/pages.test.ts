// What the pages make must not be in each other's way: they are walked one after another, in one checkout, on one log.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGES = ['README.md', 'docs/own-topics.md', 'docs/own-systems.md', 'docs/replay.md'];

const commandsOf = (page: string): string =>
  [...readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, commands = '']) => commands)
    .join('');

test('no two pages make a topic, an experiment or an experiment file of one name', () => {
  const made = PAGES.flatMap((page) => {
    const commands = commandsOf(page);
    const topics = [...commands.matchAll(/ (?:feed (\S+) \S+ --create|pipe \S+ (\S+) --group)/g)].map(
      ([, fed, piped]) => `topic ${fed ?? piped}`,
    );
    const experiments = [...commands.matchAll(/^experiment: (\S+)$| --name (\S+)/gm)].map(
      ([, written, named]) => `experiment ${written ?? named}`,
    );
    const files = [...commands.matchAll(/(?:cat >|--out) (\S+\.yaml)/g)].map(([, file]) => `file ${file}`);
    expect(topics.length).toBeGreaterThan(1);
    expect(experiments).toHaveLength(1);
    expect(files).toHaveLength(1);
    return [...new Set([...topics, ...experiments, ...files])];
  });
  expect(made.filter((name, at) => made.indexOf(name) !== at)).toEqual([]);
});

test('what is asked of runs names the experiment, for a store may hold several', () => {
  const asked = PAGES.flatMap((page) => commandsOf(page).match(/parallax -- runs (?:compare|show|delete) .*/g) ?? []);
  expect(asked.length).toBeGreaterThan(3);
  for (const call of asked) expect(call).toMatch(/ runs (compare live \S+|show \S+|delete \S+) [a-z]+$/);
});
