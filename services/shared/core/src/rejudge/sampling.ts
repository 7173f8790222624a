// Some of the pairs that still diverge, with their payloads: what rules are suggested from, and others to try them on.
import type { FileEvent } from '../files/group.ts';
import { inOrder, type Matched } from '../inference/matching.ts';
import type { SampledRecord } from '../inference/sample.ts';

/** Of one signature, and in all. */
const EACH = 400;
const MOST = 4_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Fewer are not divided: a rule sized by half of them would be too narrow. */
const FEW = 40;

export interface DivergingSample {
  /** Event type; '' where types make no difference. */
  readonly type: string;
  /** Rules are made from these. */
  readonly made: readonly Matched[];
  /** And tried on these; empty where there are too few. */
  readonly tried: readonly Matched[];
}

export class Sampling {
  readonly #pairs: { readonly output: string; readonly type: string; readonly matched: Matched }[] = [];
  readonly #each = new Map<string, number>();
  #bytes = 0;

  isFull(signature = ''): boolean {
    const known = this.#each.get(signature) ?? 0;
    return known >= EACH || this.#pairs.length >= MOST || this.#bytes >= MOST_BYTES;
  }

  /** Keeps copies: contents may be views of memory that is used again. */
  add(
    output: string,
    type: string,
    id: string,
    signature: string | undefined,
    legacy: readonly FileEvent[],
    candidate: readonly FileEvent[],
  ): void {
    if (this.isFull(signature)) return;
    this.#each.set(signature ?? '', (this.#each.get(signature ?? '') ?? 0) + 1);
    this.#pairs.push({
      output,
      type,
      matched: { id, legacy: this.#copies(legacy), candidate: this.#copies(candidate) },
    });
  }

  /** By type. */
  of(output: string): readonly DivergingSample[] {
    const byType = Map.groupBy(
      this.#pairs.filter((pair) => pair.output === output),
      ({ type }) => type,
    );
    return [...byType].map(([type, pairs]) => {
      const own = pairs.map(({ matched }) => matched);
      if (own.length < FEW) return { type, made: own, tried: [] };
      return { type, made: own.filter((_, n) => n % 2 === 0), tried: own.filter((_, n) => n % 2 === 1) };
    });
  }

  #copies(events: readonly FileEvent[]): readonly SampledRecord[] {
    return inOrder(
      events.map(({ timestamp, content: { key, value, headers } }, offset) => {
        this.#bytes += (key?.length ?? 0) + (value?.length ?? 0);
        const copied = headers.map(([name, bytes]) => [name, copyOf(bytes)] as const);
        return { key: copyOf(key), value: copyOf(value), headers: copied, partition: 0, offset, timestamp };
      }),
    );
  }
}

/** `slice` of some kinds of Uint8Array is a view. */
function copyOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : new Uint8Array(bytes);
}
