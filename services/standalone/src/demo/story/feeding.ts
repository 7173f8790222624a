// While build B is fed the backlog: what happens, and how far it has come.
import { bar, headline, type Paint, wrap } from './paint.ts';

export function feedingHeadline(run: string, paint: Paint): string[] {
  return [
    ...headline('A better build, and the whole backlog for it', paint),
    ...wrap(
      `Build B is fed everything the archive has kept, as run ${run}: topics of its own, the recorded order, as fast as ` +
        'it can take it. What legacy answered then is held beside it; legacy itself is not asked again.',
    ),
    '',
  ];
}

export interface Feeding {
  readonly fed: number;
  readonly total: number;
  /** Documents build B has answered. */
  readonly answered: number;
  /** Rows the comparator has written. */
  readonly rows: number;
}

/** One line, so that a terminal can rewrite it in place. */
export function feedingLine({ fed, total, answered, rows }: Feeding, paint: Paint): string {
  return `  ${bar(answered, total, paint)} fed ${fed}/${total} · build B ${answered} · judged ${rows}`;
}
