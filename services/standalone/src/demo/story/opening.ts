// The first screen: what is compared, what will happen, which window is meant, what goes wrong on purpose.
import type { FaultPlan, PlannedFault } from '../faults.ts';
import { bytesText, countText, secondsText } from './numbers.ts';
import { clipMiddle, headline, type Paint, padEnd, table, wrap } from './paint.ts';

export interface Opening {
  readonly question: string;
  readonly documents: number;
  readonly bytes: number;
  readonly perSecond: number;
  /** Documents an earlier start has fed already. */
  readonly already: number;
  /** One line on each system, such as `marked 4.3.0, with its defaults`. */
  readonly legacy: string;
  readonly buildA: string;
  readonly buildB: string;
  /** As the experiment file has them. */
  readonly settle: string;
  readonly deadline: string;
  readonly plan: FaultPlan;
  readonly experimentFile: string;
  readonly folder: string;
}

export function opening(data: Opening, paint: Paint): string[] {
  const input = `${countText(data.documents)} Markdown files of the packages installed here (${bytesText(data.bytes)}), ${data.perSecond} a second`;
  return [
    ...headline('Parallax', paint),
    ...wrap('A running system is to be replaced. Is the new one the same, or better, and how sure are we?'),
    '',
    ...labelled('question', data.question, paint),
    ...labelled('input', input, paint),
    ...(data.already > 0 ? labelled('', `${countText(data.already)} of them were fed by an earlier start`, paint) : []),
    ...labelled('legacy', data.legacy, paint),
    ...labelled('build A', data.buildA, paint),
    ...labelled('build B', data.buildB, paint),
    '',
    `  ${paint.bold('What will happen')}`,
    ...steps([
      'Legacy and build A read the same documents, each in a process of its own, and publish what they make of ' +
        'them. Parallax joins the answers by correlation id, compares every pair, and archives all traffic.',
      'Midway build A is shut down. Legacy goes on, nobody notices, the input amasses in the archive.',
      'Build B is fed the whole backlog from the archive and compared with what legacy answered at the time.',
    ]),
    '',
    ...wrap(
      `Window: settle ${data.settle}, deadline ${data.deadline}. A pair is judged when both sides have been quiet for ` +
        `${data.settle}; an answer is missing when it has not come ${data.deadline} after it was due.`,
    ),
    ...wrap(`Experiment: ${data.experimentFile}`),
    ...wrap(`Data: ${data.folder} (the next start goes on with it; --fresh empties it)`),
    '',
    ...planned(data.plan, paint),
  ];
}

function labelled(label: string, text: string, paint: Paint): string[] {
  const [first = '', ...rest] = wrap(text, ' '.repeat(12));
  return [`  ${paint.dim(padEnd(label, 8))}  ${first.trimStart()}`, ...rest];
}

function steps(texts: readonly string[]): string[] {
  return texts.flatMap((text, index) => {
    const [first = '', ...rest] = wrap(text, '     ');
    return [`  ${index + 1}. ${first.trimStart()}`, ...rest];
  });
}

function planned({ seed, faults }: FaultPlan, paint: Paint): string[] {
  if (faults.length === 0) return ['  Nothing goes wrong on purpose in this run.'];
  const rows = faults.map((fault) => [
    `  ${fault.side}`,
    paint.warn(whatHappens(fault)),
    clipMiddle(fault.document, 60),
  ]);
  return [
    `  ${paint.bold('What goes wrong on purpose')} (seed ${seed}), to see that each is found`,
    ...table(rows, [{}, {}, {}]),
  ];
}

function whatHappens({ kind, delayMs }: PlannedFault): string {
  switch (kind) {
    case 'late':
      return `held back ${secondsText(delayMs)}`;
    case 'duplicated':
      return 'published twice';
    case 'missing':
      return 'never published';
  }
}
