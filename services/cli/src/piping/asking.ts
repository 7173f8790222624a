// Asks a program line by line: the n-th line out answers the n-th line in.
//
// A program that answers otherwise would shift every answer after. So the first lines are handed over one by one, then
// ever more, and a line nobody asked for is a failure: an answer of two lines is found out before it counts as two.
import type { LogRecord, Position } from '@parallax/core';
import type { LineProgram } from './line-program.ts';
import type { OneLine } from './one-line.ts';
import { noAnswer, surplusLine } from './words.ts';

export interface Question {
  readonly place: Position;
  /** Absent: offsets that hold nothing. */
  readonly record: LogRecord | undefined;
  /** Anything but a line is not asked about, and has its turn all the same. */
  readonly line: OneLine;
  /** undefined: not yet; null: no output. */
  answer: Uint8Array | null | undefined;
}

export interface AskingOptions {
  readonly program: LineProgram;
  /** Lines handed over and not answered yet, at most. */
  readonly inFlight: number;
  /** A program that has answered nothing for so long is told of. Milliseconds. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
  /** There is something for takeAnswered(). */
  readonly onAnswers: () => void;
  readonly onFailure: (error: Error) => void;
}

export class Asking<Q extends Question> {
  readonly #options: AskingOptions;
  #waiting: Q[] = [];
  /** Had their turn and are not taken yet; in order. */
  readonly #sent: Q[] = [];
  /** Those of them without an answer. */
  readonly #asked: Q[] = [];
  #answered = 0;
  #heldBytes = 0;
  #isStopped = false;
  #isSending = false;
  #drained: (() => void) | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: AskingOptions) {
    this.#options = options;
    options.program.onLines = (lines) => this.#receive(lines);
  }

  /** Lines the program has and has not answered. */
  get unanswered(): number {
    return this.#asked.length;
  }

  /** What waits or is under way. */
  get held(): { readonly records: number; readonly bytes: number } {
    return { records: this.#waiting.length + this.#sent.length, bytes: this.#heldBytes };
  }

  ask(questions: readonly Q[]): void {
    if (this.#isStopped) return;
    this.#waiting.push(...questions);
    for (const { record } of questions) this.#heldBytes += sizeOf(record);
    void this.#send();
  }

  /** Those at the head that are through, in order; they are no longer held. */
  takeAnswered(): readonly Q[] {
    const open = this.#sent.findIndex(({ answer }) => answer === undefined);
    const taken = this.#sent.splice(0, open < 0 ? this.#sent.length : open);
    for (const { record } of taken) this.#heldBytes -= sizeOf(record);
    return taken;
  }

  /** What waits is not asked any more; what is under way is. */
  forgetWaiting(): void {
    for (const { record } of this.#waiting) this.#heldBytes -= sizeOf(record);
    this.#waiting = [];
  }

  /** Asks nothing more; resolves when what is under way is answered, the program has ended, or the time is over. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#patience);
    if (this.#asked.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    const overdue = setTimeout(resolve, graceMs);
    await Promise.race([promise, this.#options.program.ended]);
    clearTimeout(overdue);
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    const { program, inFlight, onAnswers } = this.#options;
    let hasAnswers = false;
    while (!this.#isStopped && this.#asked.length < Math.min(inFlight, 1 + this.#answered)) {
      const question = this.#waiting.shift();
      if (question === undefined) break;
      this.#sent.push(question);
      if (question.line.kind !== 'line') {
        question.answer = null;
        hasAnswers = true;
        continue;
      }
      if (this.#asked.push(question) === 1) this.#watch(this.#options.patienceMs);
      await program.write(question.line.bytes);
    }
    this.#isSending = false;
    if (hasAnswers) onAnswers();
  }

  #receive(lines: readonly Uint8Array[]): void {
    const { program, patienceMs, onAnswers, onFailure } = this.#options;
    for (const line of lines) {
      const question = this.#asked.shift();
      if (question === undefined) {
        onFailure(surplusLine(program.name, line, this.#answered));
        return;
      }
      question.answer = line.length === 0 ? null : line;
    }
    this.#answered += lines.length;
    this.#watch(patienceMs);
    if (this.#asked.length === 0) this.#drained?.();
    onAnswers();
    void this.#send();
  }

  /** From now on the next answer is waited for; while none comes, it is told after ever twice as long. */
  #watch(patienceMs: number): void {
    clearTimeout(this.#patience);
    if (this.#isStopped || this.#asked.length === 0) return;
    this.#patience = setTimeout(() => {
      const [oldest] = this.#asked;
      if (oldest === undefined) return;
      const { program, say } = this.#options;
      say(noAnswer(program.name, patienceMs, this.#asked.length, oldest.place));
      this.#watch(patienceMs * 2);
    }, patienceMs);
  }
}

function sizeOf(record: LogRecord | undefined): number {
  return record?.value?.length ?? 0;
}
