// While it runs: the progress line, and the moment build A is shut down.
import type { Usage } from '../build/usage.ts';
import { bytesText, countText, secondsText } from './numbers.ts';
import { bar, headline, type Paint, table, wrap } from './paint.ts';

export interface Progress {
  readonly fed: number;
  readonly total: number;
  /** Documents each side has published an answer to. */
  readonly legacy: number;
  readonly candidate: number;
  /** Name on the screen, such as `build A`. */
  readonly build: string;
  readonly agreed: number;
  readonly diverged: number;
  /** Records of all topics in the archive. */
  readonly archived: number;
}

/** One line, so that a terminal can rewrite it in place. */
export function progressLine(data: Progress, paint: Paint): string {
  return [
    `  ${bar(data.fed, data.total, paint)} fed ${data.fed}/${data.total}`,
    `legacy ${data.legacy}`,
    `${data.build} ${data.candidate}`,
    `judged ${data.agreed + data.diverged} (${data.agreed} agree)`,
    `archived ${data.archived}`,
  ].join(' · ');
}

export interface Counters {
  readonly fed: number;
  readonly legacy: number;
  readonly candidate: number;
  /** Input documents in the archive. */
  readonly archived: number;
}

export interface Shutdown {
  readonly pid: number;
  readonly usage: Usage | undefined;
  readonly legacyUsage: Usage | undefined;
  /** From the order to the end of the process. Milliseconds. */
  readonly tookMs: number;
}

export function shutdown(data: Shutdown, paint: Paint): string[] {
  const cost = (name: string, usage: Usage | undefined): string[][] =>
    usage === undefined || usage.uptimeMs === 0
      ? []
      : [
          [
            `  ${name}`,
            bytesText(usage.residentBytes),
            `${((100 * usage.cpuMs) / usage.uptimeMs).toFixed(0)} % of a core`,
            `${countText(usage.documents)} documents`,
          ],
        ];
  return [
    ...headline('The call comes', paint),
    `  ${paint.bad('“The new one is eating the server’s resources: shut it down!”')}`,
    '',
    ...table(
      [
        [paint.dim('  measured'), paint.dim('memory'), paint.dim('processor'), paint.dim('answered')],
        ...cost('build A', data.usage),
        ...cost('legacy', data.legacyUsage),
      ],
      [{}, { align: 'right' }, { align: 'right' }, { align: 'right' }],
    ),
    '',
    ...wrap(`Build A (process ${data.pid}) is off, ${data.tookMs} ms after the order. Legacy was not touched.`),
  ];
}

export interface Aftermath {
  readonly elapsedMs: number;
  readonly before: Counters;
  readonly after: Counters;
  /** Median from a document's record to legacy's answer, by their timestamps, with build A and without. Milliseconds. */
  readonly legacyLatencyMs?: { readonly before: number; readonly after: number };
}

export function aftermath({ elapsedMs, before, after, legacyLatencyMs }: Aftermath, paint: Paint): string[] {
  const row = (name: string, counter: keyof Counters, said: string) => [
    `  ${name}`,
    countText(before[counter]),
    countText(after[counter]),
    said,
  ];
  const unanswered = after.fed - after.legacy;
  const waiting = after.archived - after.candidate;
  return [
    ...headline('And nobody notices', paint),
    ...table(
      [
        ['', paint.dim('at the call'), paint.dim(`${secondsText(elapsedMs)} later`), ''],
        row('documents fed', 'fed', ''),
        row(
          'answered by legacy',
          'legacy',
          unanswered === 0 ? paint.good('every one: unharmed') : `${countText(unanswered)} under way`,
        ),
        row('answered by build A', 'candidate', 'off'),
        row(
          'inputs in the archive',
          'archived',
          waiting > 0 ? paint.good(`${countText(waiting)} wait for a better build`) : '',
        ),
        ...(legacyLatencyMs === undefined
          ? []
          : [['  legacy, median answer', `${legacyLatencyMs.before} ms`, `${legacyLatencyMs.after} ms`, '']]),
      ],
      [{}, { align: 'right' }, { align: 'right' }, {}],
    ),
    '',
  ];
}
