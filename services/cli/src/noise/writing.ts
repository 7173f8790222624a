// Which suggested rules a person accepts, and those in the experiment file.
import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import {
  type AcceptedRule,
  Fault,
  formatExperimentFault,
  type NoiseSuggestion,
  parseExperiment,
  suggestionLines,
  withRules,
} from '@parallax/core';
import { say } from '../output/terminal.ts';

/** Before anything is measured. @throws Fault `usage` */
export function checkCanAsk(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new Fault('--write asks for each rule, and there is no terminal to ask at.', {
    code: 'usage',
    cure: 'Give --accept all, or --accept with the names of the rules to be written.',
  });
}

/**
 * @param accept names, or `all`, which leaves out what would hide more than noise; undefined: each is asked for at the
 * terminal
 * @throws Fault `rule-unknown`
 */
export async function accepted(
  suggestions: readonly NoiseSuggestion[],
  accept: readonly string[] | undefined,
): Promise<readonly NoiseSuggestion[]> {
  if (accept === undefined) return ask(suggestions);
  if (accept.length === 1 && accept[0] === 'all')
    return suggestions.filter(({ beyondNoise }) => beyondNoise.length === 0);
  const names = suggestions.map(({ name }) => name);
  const unknown = accept.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Fault(`Nothing called ${unknown.join(', ')} is suggested.`, {
      code: 'rule-unknown',
      cure: names.length === 0 ? 'There is no suggestion.' : `Suggested are: ${names.join(', ')}; or say all.`,
    });
  }
  return suggestions.filter(({ name }) => accept.includes(name));
}

async function ask(suggestions: readonly NoiseSuggestion[]): Promise<readonly NoiseSuggestion[]> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Answers may come before they are asked for, as pasted lines do.
  const answers = terminal[Symbol.asyncIterator]();
  try {
    const taken: NoiseSuggestion[] = [];
    for (const [n, suggestion] of suggestions.entries()) {
      say(suggestionLines(suggestion, n + 1).join('\n'));
      process.stderr.write('  Write this rule? [y/N] ');
      const { value: answer, done } = await answers.next();
      // The end of the input is a no to all that follow.
      if (done === true) break;
      if (/^y(es)?$/i.test(answer.trim())) taken.push(suggestion);
    }
    return taken;
  } finally {
    terminal.close();
  }
}

/**
 * The file has all of them or is as it was, whatever happens meanwhile.
 * @throws Fault `rules-not-written`, `file-changed`
 */
export async function writeRules(path: string, shown: string, rules: readonly AcceptedRule[]): Promise<void> {
  const target = await realpath(path);
  const before = await readFile(target, 'utf8');
  const text = withRules(before, rules);
  const parsed = parseExperiment(text, shown);
  if (parsed.kind === 'faults') {
    throw new Fault(
      `With these rules ${shown} would not be sound:\n${parsed.faults.map(formatExperimentFault).join('\n')}`,
      {
        code: 'rules-not-written',
        cure: 'Nothing was changed. Mend what is named, or accept other rules.',
      },
    );
  }
  const { mode } = await stat(target);
  const beside = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if ((await readFile(target, 'utf8')) !== before) {
      throw new Fault(`${shown} was changed while rules were chosen.`, {
        code: 'file-changed',
        cure: 'Nothing was written. Call noise again.',
      });
    }
    await rename(beside, target);
  } finally {
    await rm(beside, { force: true });
  }
}
