// Progress on stderr: one line rewritten in place on a terminal, a plain line now and then elsewhere.

export interface Progress {
  /** The present state, as one line. Cheap to call often. */
  update(line: string): void;
  /** Ends the progress; with a line, that line stays on the screen. */
  done(line?: string): void;
}

export interface ProgressOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds between two lines off a terminal. Default 5,000. */
  readonly plainEveryMs?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

const TERMINAL_EVERY_MS = 100;

export function progress(options: ProgressOptions = {}): Progress {
  const { stream = process.stderr, plainEveryMs = 5_000, now = () => performance.now() } = options;
  const terminal = stream.isTTY === true;
  const every = terminal ? TERMINAL_EVERY_MS : plainEveryMs;
  let last = now();
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\u001b[2K');
    shown = false;
  };
  return {
    update(line) {
      if (now() - last < every) return;
      last = now();
      if (!terminal) stream.write(`${line}\n`);
      else {
        clear();
        stream.write(line.slice(0, Math.max(20, (stream.columns || 80) - 1)));
        shown = true;
      }
    },
    done(line) {
      clear();
      if (line !== undefined) stream.write(`${line}\n`);
    },
  };
}
