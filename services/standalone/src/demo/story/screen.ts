// The stream the demo tells its story on: blocks of lines, and one status line a terminal rewrites in place.
import { clip, columns, type Paint, paintFor, unpainted } from './paint.ts';

export interface ScreenStream {
  readonly isTTY?: boolean;
  /** Of the terminal, where there is one. */
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ScreenOptions {
  readonly stream: ScreenStream;
  readonly noColor: string | undefined;
  /** Off a terminal a status is printed at most this often. Milliseconds; default 2,000. */
  readonly plainEveryMs?: number;
  /** Milliseconds. */
  readonly now: () => number;
}

const BACK_AND_CLEAR = '\r\u001b[K';

export class Screen {
  readonly paint: Paint;
  readonly #options: ScreenOptions;
  #showing = '';
  #printed = Number.NEGATIVE_INFINITY;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.paint = paintFor(options.stream, options.noColor);
  }

  /** Prints lines below what is there; a status in place stays above them. */
  say(lines: readonly string[]): void {
    this.settle();
    if (lines.length > 0) this.#options.stream.write(`${lines.join('\n')}\n`);
  }

  /** Rewrites the status; off a terminal prints a line now and then, and never the same one twice. */
  status(line: string): void {
    const { stream, now, plainEveryMs = 2_000 } = this.#options;
    if (line === this.#showing) return;
    if (stream.isTTY === true) {
      stream.write(`${BACK_AND_CLEAR}${fitting(line, stream.columns)}`);
    } else {
      if (now() - this.#printed < plainEveryMs) return;
      this.#printed = now();
      stream.write(`${line}\n`);
    }
    this.#showing = line;
  }

  /** Ends the status in place: what comes next starts on a line of its own. */
  settle(): void {
    if (this.#options.stream.isTTY === true && this.#showing !== '') this.#options.stream.write('\n');
    this.#showing = '';
  }
}

/** A line that wraps could not be rewritten in place; cutting it costs its colours. */
function fitting(line: string, width: number | undefined): string {
  return width === undefined || columns(line) < width ? line : clip(unpainted(line), width - 1);
}
