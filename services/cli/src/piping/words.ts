// What a pipe says when something is not as it should be.
import { Fault, formatDuration, type Position } from '@parallax/core';
import { counted } from '../output/amount.ts';
import type { ProgramEnd } from './line-program.ts';

const SHOWN = 80;
const RULE = 'One line in, one line out, in order; an empty line for no output; everything else goes to stderr.';

export function endedEarly(name: string, { how, lastLines }: ProgramEnd, unanswered: number): Fault {
  const said =
    lastLines.length === 0
      ? 'It wrote nothing to stderr.'
      : `Its last lines on stderr:\n${lastLines.map((line) => `    ${printable(line)}`).join('\n')}`;
  const open = unanswered === 0 ? '' : `, with ${counted(unanswered, 'line')} unanswered`;
  return new Fault(`The program ended ${how}${open}: ${name}\n  ${said}`, {
    code: 'program-ended',
    cure: 'A program of a pipe answers until its input ends. The same command goes on where this one was.',
  });
}

export function surplusLine(name: string, line: Uint8Array, answered: number): Fault {
  const text = new TextDecoder().decode(line);
  const shown = printable(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
  const before = answered === 0 ? '' : ` Answers it gave before may belong to other inputs.`;
  return new Fault(`The program wrote a line nobody asked for: ${name}\n    ${shown}`, {
    code: 'surplus-line',
    cure: `${RULE} (jq needs -c for that.)${before}`,
  });
}

export function severalLines(at: Position): Fault {
  return new Fault(`The value in ${place(at)} cannot be one line: it is text with line ends.`, {
    code: 'several-lines',
    cure: 'Only JSON may have line ends inside. Everything before it is answered and committed.',
  });
}

export function noAnswer(name: string, ms: number, unanswered: number, oldest: Position): string {
  return `The program has answered nothing for ${formatDuration(ms)}: ${name}
  ${counted(unanswered, 'line')} unanswered, the oldest from ${place(oldest)}.
  Does it hold its output back? It has to flush after each line: jq --unbuffered, python -u, sed -u, grep --line-buffered.`;
}

export function noValue(at: Position): string {
  return `${place(at)} has no value: there is no output for it, nor for others like it.`;
}

function place({ topic, partition, offset }: Position): string {
  return `${topic}, partition ${partition}, offset ${offset}`;
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}
