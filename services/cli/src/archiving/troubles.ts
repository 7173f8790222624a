// What is wrong with an archive, told while a command goes on with the rest of it: then it is no success.
import type { ArchiveProblem, OnProblem } from '@parallax/platform';
import { counted } from '../output/amount.ts';
import { say } from '../output/terminal.ts';

const TROUBLE = 2;

export interface Troubles {
  /** Says it on stderr, once for each place. */
  readonly tell: OnProblem;
  /** At the end, sets the exit code, if there was one. */
  readonly conclude: () => void;
}

/** @param before clears what stands on the screen, such as a line of progress */
export function troubles(before: () => void = () => undefined): Troubles {
  const places = new Set<string>();
  return {
    tell: (problem) => {
      const key = `${problem.code} ${problem.place}`;
      if (places.has(key)) return;
      places.add(key);
      before();
      say(problemText(problem));
    },
    conclude: () => {
      if (places.size === 0) return;
      before();
      say(`What is shown is incomplete: ${counted(places.size, 'problem')} in the archive, see above.`);
      process.exitCode = TROUBLE;
    },
  };
}

/** Its place, what is wrong, and what to do, on three lines. */
export function problemText({ code, place, message, cure }: ArchiveProblem): string {
  return `${place}\n  ${message} (${code})\n  ${cure}`.replace(/[^\P{Cc}\n]/gu, '·');
}
