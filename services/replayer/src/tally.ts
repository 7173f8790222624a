// The counts of a replay: what was fed, what was left out, how fast, how late.
import { durationAt, type Tempo } from './pace.ts';
import type { PlannedPartition, Sessions } from './plan.ts';
import type { ReplayProgress, ReplayReport } from './report.ts';
import type { Selection } from './selection.ts';
import type { Played, Tape } from './tape.ts';
import { SendTiming } from './timing.ts';

/** A partition, and how far earlier lives of the run have fed it. */
export interface Resumed extends PlannedPartition {
  /** Offset of the source at which feeding goes on. */
  readonly next: number;
  /** Records in the run's partition. */
  readonly written: number;
}

export class Tally {
  readonly #now: () => number;
  readonly #timing = new SendTiming();
  readonly #tempo: Tempo;
  #selection: Omit<Selection, 'ids' | 'warming'> & { readonly ids: number; readonly warming: number } = {
    ids: 0,
    inputs: 0,
    fedBefore: 0,
    withoutId: 0,
    looked: 0,
    warming: 0,
    spanMs: 0,
    earliest: undefined,
    latest: undefined,
  };
  #answerTapes: readonly Tape[] = [];
  #answersTotal = 0;
  #answersBefore = 0;
  #skippedBefore = 0;
  #missing = 0;
  #startedAt: number;
  #inputs = 0;
  #answers = 0;
  #lagMs: number | undefined;

  constructor(now: () => number, tempo: Tempo) {
    this.#now = now;
    this.#tempo = tempo;
    this.#startedAt = now();
  }

  begin(selection: Selection, places: readonly Resumed[], tapes: readonly Tape[], missing: number): void {
    const { ids, warming, ...counts } = selection;
    this.#selection = { ...counts, ids: ids.size, warming: warming?.size ?? 0 };
    this.#answerTapes = tapes.filter(({ place }) => !place.isInput);
    this.#missing = missing;
    for (const { isInput, records, written, next, from } of places) {
      if (isInput) continue;
      this.#answersTotal += records;
      this.#answersBefore += written;
      this.#skippedBefore += Math.max(0, next - from - written);
    }
  }

  /** Feeding begins. */
  start(): void {
    this.#startedAt = this.#now();
  }

  fed(records: readonly Pick<Played, 'isInput' | 'due'>[], sentAt: number): void {
    for (const { isInput, due } of records) {
      if (isInput) this.#inputs += 1;
      else this.#answers += 1;
      if (Number.isFinite(due)) this.#timing.add(sentAt - due);
    }
    const { due = sentAt } = records.at(-1) ?? {};
    this.#lagMs = Number.isFinite(due) ? Math.max(0, sentAt - due) : undefined;
  }

  progress(held: number): ReplayProgress {
    const { inputs, fedBefore } = this.#selection;
    const fed = this.#inputs + this.#answers;
    const seconds = (this.#now() - this.#startedAt) / 1000;
    const skipped = this.#skipped();
    const left =
      inputs -
      fedBefore -
      this.#inputs +
      Math.max(0, this.#answersTotal - this.#answersBefore - this.#answers - skipped);
    const looked = fed + skipped - this.#skippedBefore;
    return {
      inputs: { fed: fedBefore + this.#inputs, total: inputs },
      outputs: { fed: this.#answersBefore + this.#answers, held, notSelected: skipped, total: this.#answersTotal },
      rate: seconds > 0 ? fed / seconds : 0,
      etaMs: this.#etaMs(seconds * 1000, looked, left),
      lagMs: this.#lagMs,
      sendError: this.#timing.error(),
    };
  }

  /** By the schedule, and by what was managed so far: whichever is later. */
  #etaMs(elapsedMs: number, looked: number, left: number): number | undefined {
    const { inputs, fedBefore, spanMs } = this.#selection;
    const paced = durationAt(this.#tempo, inputs - fedBefore, spanMs);
    if (paced !== undefined) return Math.round(Math.max(0, paced - elapsedMs) + (this.#lagMs ?? 0));
    return looked > 0 ? Math.round((elapsedMs * left) / looked) : undefined;
  }

  /** @param before of earlier lives of the run */
  report(
    subject: Pick<ReplayReport, 'experiment' | 'run' | 'state' | 'resumed' | 'pace' | 'damaged'>,
    before: Sessions | undefined,
  ): ReplayReport {
    const { ids, withoutId, looked, warming, earliest, latest } = this.#selection;
    const { inputs, outputs, rate } = this.progress(0);
    const elapsedMs = Math.round(this.#now() - this.#startedAt);
    return {
      ...subject,
      inputs: { ...inputs, ids, withoutId, looked, warming },
      outputs: { fed: outputs.fed, notSelected: outputs.notSelected },
      earliest: iso(earliest),
      latest: iso(latest),
      missing: this.#missing,
      elapsedMs,
      rate: Math.round(rate),
      whole: this.#whole(before, elapsedMs),
      sendError: this.#timing.error() ?? null,
    };
  }

  /** A life that fed nothing was none. */
  #whole(before: Sessions | undefined, elapsedMs: number): ReplayReport['whole'] {
    const { sessions = 0, records = 0, elapsedMs: beforeMs = 0 } = before ?? {};
    const fed = this.#inputs + this.#answers;
    const all = records + fed;
    const allMs = beforeMs + (fed > 0 ? elapsedMs : 0);
    const rate = allMs > 0 ? Math.round((all * 1_000) / allMs) : 0;
    return { sessions: sessions + (fed > 0 ? 1 : 0), records: all, elapsedMs: allMs, rate };
  }

  #skipped(): number {
    return this.#answerTapes.reduce((sum, { skipped }) => sum + skipped, this.#skippedBefore);
  }
}

function iso(time: number | undefined): string | null {
  if (time === undefined) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
