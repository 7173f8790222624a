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
  /** Problems so far. */
  readonly count: () => number;
}

/** @param before clears what stands on the screen, such as a line of progress @param what is not whole then */
export function troubles(before: () => void = () => undefined, what = 'What is shown'): Troubles {
  const places = new Set<string>();
  return {
    tell: (problem) => {
      const key = `${problem.code} ${problem.place}`;
      if (places.has(key)) return;
      places.add(key);
      before();
      say(problemText(problem));
    },
    count: () => places.size,
    conclude: () => {
      if (places.size === 0) return;
      before();
      say(`${what} is incomplete: ${counted(places.size, 'problem')} in the archive, see above.`);
      process.exitCode = TROUBLE;
    },
  };
}

/** Its place, what is wrong, and what to do, on three lines. */
export function problemText({ code, place, message, cure }: ArchiveProblem): string {
  return [place, `  ${message} (${code})`, `  ${cure}`].map(onOneLine).join('\n');
}

/** Names of topics and keys are anybody's: a line end of theirs would pass for one of ours. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '·');
}
