// How long comparisons take: the slowest that came to a conclusion, and those that took too long.

/** A pair may take this long; what takes as long as the other is measured with care. */
const LONGEST_MS = 50;
const SLOW_MS = 15;

export class CpuWatch {
  /** Milliseconds, and how the pair was made. */
  slowest = { ms: 0, by: '' };
  private last = 0;

  timed<T>(call: () => T): T {
    const began = performance.now();
    const result = call();
    this.last = performance.now() - began;
    return result;
  }

  /** Whether what was timed last took too long, again and again. */
  hang(by: string, again: () => unknown): string | undefined {
    const ms = this.last > SLOW_MS ? alone(again) : this.last;
    if (ms > this.slowest.ms) this.slowest = { ms, by };
    return ms > LONGEST_MS ? `${ms.toFixed(0)} ms of CPU, the best of three` : undefined;
  }
}

/** The machine may have been busy with something else: the least CPU of three more tries, in milliseconds. */
function alone(call: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const before = process.threadCpuUsage();
    call();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
