// Watches a build while it is fed faster and faster: cuts what is seen into the ramp's steps, and judges each.
//
//   build comes ──what waited for it is consumed──► first step
//   step n ──(as many inputs fed as its steps have)──► judged ──kept up──► step n + 1 … ──► all steps are through
//                                                         └──otherwise──► over: the build is saturated
import { Histogram, judgeStep, type LoadLook, type LoadRow, type LoadStep } from '@parallax/core';
import type { RampStep } from '@parallax/replayer';

/** Of a step that the traffic ended in, what must have been fed for it to be judged. */
const JUDGED_SHARE = 0.5;
/** Inputs whose answers are waited for; the oldest give way. */
const MOST_WAITING = 100_000;

export class RampWatch {
  readonly #plan: readonly RampStep[];
  readonly #steps: LoadStep[] = [];
  readonly #fedAt = new Map<string, number>();
  #at = 0;
  #looks: LoadLook[] = [];
  #latency = new Histogram();
  /** Inputs that were fed when the present step is over. */
  #until: number;
  #isOver = false;
  /** Inputs that were fed when the build was first seen. */
  #waited: number | undefined;
  #hasBegun = false;

  constructor(plan: readonly RampStep[]) {
    this.#plan = plan;
    this.#until = plan[0]?.inputs ?? 0;
  }

  get steps(): readonly LoadStep[] {
    return this.#steps;
  }

  /** The build is left behind, or every step is through. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** An input was handed to the log. `at`: wall ms, as all times here. */
  fed(id: string, at: number): void {
    this.#fedAt.delete(id);
    this.#fedAt.set(id, at);
    if (this.#fedAt.size <= MOST_WAITING) return;
    for (const oldest of this.#fedAt.keys()) {
      this.#fedAt.delete(oldest);
      break;
    }
  }

  /**
   * An answer was seen. Its timestamp tells when it was given where it lies between feeding and seeing; builds may give
   * answers the time of their input.
   */
  answered(id: string, timestamp: number, seenAt: number): void {
    const fedAt = this.#fedAt.get(id);
    if (fedAt === undefined) return;
    this.#fedAt.delete(id);
    if (!this.#hasBegun) return;
    const isTold = timestamp >= Math.floor(fedAt) && timestamp <= seenAt;
    this.#latency.add((isTold ? timestamp : seenAt) - fedAt);
  }

  /** From when the build takes part. */
  look(look: LoadLook): void {
    if (this.#isOver || !this.#begins(look)) return;
    this.#looks.push(look);
    if (look.fed >= this.#until) this.#judge(look);
  }

  /** All that was recorded is fed. */
  end(): void {
    const [first] = this.#looks;
    const last = this.#looks.at(-1);
    const inputs = this.#plan[this.#at]?.inputs ?? 0;
    const isEnough = first !== undefined && last !== undefined && last.fed - first.fed >= inputs * JUDGED_SHARE;
    if (!this.#isOver && isEnough) this.#judge(last);
    this.#isOver = true;
  }

  /** Once what waited for the build is consumed. Steps that were fed by then are not judged. */
  #begins({ fed, lag }: LoadLook): boolean {
    if (this.#hasBegun) return true;
    this.#waited ??= fed;
    this.#hasBegun = fed - lag >= this.#waited;
    while (this.#hasBegun && fed >= this.#until && this.#at < this.#plan.length - 1) {
      this.#at += 1;
      this.#until += this.#plan[this.#at]?.inputs ?? 0;
    }
    return this.#hasBegun;
  }

  #judge(last: LoadLook): void {
    const step = this.#plan[this.#at];
    const judged = judgeStep(step?.perSecond ?? 0, this.#looks, this.#latency.spread());
    if (judged !== undefined) this.#steps.push(judged);
    this.#at += 1;
    this.#looks = [last];
    this.#latency = new Histogram();
    const next = this.#plan[this.#at];
    if (next === undefined || (judged !== undefined && judged.state !== 'kept-up')) this.#isOver = true;
    else this.#until += next.inputs;
  }
}

/** The steps as rows of `load`. */
export function loadRows(
  { experiment, run, topic }: Pick<LoadRow, 'experiment' | 'run' | 'topic'>,
  steps: readonly LoadStep[],
  measuredAt: number,
): readonly LoadRow[] {
  return steps.map((step) => ({
    ...{ experiment, run, measure: 'step', side: 'input', topic },
    ...{ began: step.began, duration_ms: Math.round(step.seconds * 1_000) },
    ...{ records: Math.round(step.fedPerSecond * step.seconds), bytes: step.bytes },
    ...{ offered: step.offered, fed: step.fedPerSecond, answered: step.answersPerSecond },
    ...{ lag: step.lag, lag_growth: step.lagPerSecond },
    ...{ p50_ms: step.latency?.p50 ?? null, p95_ms: step.latency?.p95 ?? null },
    ...{ p99_ms: step.latency?.p99 ?? null, max_ms: step.latency?.max ?? null },
    ...{ state: step.state, measured_at: measuredAt },
  }));
}
