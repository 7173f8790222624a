// The compacted checkpoint topic of an experiment: the rules' epochs, and checkpoints too large for a commit's metadata.
//
// Keys: `rules <group>`; `<group> <topic>/<partition> <generation>.<slot> <chunk>`.
import { digestBytes, type EventLog, type Experiment, expiredRules, type Means } from '@parallax/core';

export type CheckpointLog = Pick<EventLog, 'append' | 'read' | 'ensureTopic'>;

/** Records read at once: chunks have half a megabyte each. */
const AT_ONCE = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function checkpointTopic(experiment: string): string {
  return `parallax.${experiment}.checkpoints`;
}

interface Chunk {
  readonly key: string;
  readonly generation: number;
}

export class CheckpointTopic {
  readonly #log: CheckpointLog;
  readonly #opening: CheckpointLog;
  readonly #topic: string;
  /** Whose checkpoints these are. */
  readonly group: string;
  #chunks: Chunk[] = [];
  #rules: { readonly offset: number; readonly digest: string } | undefined;
  #changed = false;

  private constructor(log: CheckpointLog, experiment: string, group: string, opening: CheckpointLog) {
    this.#log = log;
    this.#opening = opening;
    this.#topic = checkpointTopic(experiment);
    this.group = group;
  }

  /**
   * Makes the topic if it is not there, and reads it once.
   * @param opening the same log, for what is asked before this resolves, and for {@link epoch}
   */
  static async open(
    log: CheckpointLog,
    experiment: string,
    group: string,
    opening: CheckpointLog = log,
  ): Promise<CheckpointTopic> {
    const topic = new CheckpointTopic(log, experiment, group, opening);
    await opening.ensureTopic({ topic: topic.#topic, partitions: 1, compacted: true });
    await topic.#survey();
    return topic;
  }

  /**
   * The epoch of the rules in force: the offset of their record. A row judged under later rules wins over one judged
   * under earlier ones, whoever wrote it and whenever. Masks count as rules, and a rule that has
   * expired is none any more. Begins a new epoch when they have changed.
   */
  async epoch({ rules, compare, window, outputs, privacy }: Experiment, { mac, now }: Means = {}): Promise<number> {
    // Another key gives other masks, so other differences: what it makes of a fixed text tells it from others.
    const masks = privacy === undefined ? {} : { privacy, key: mac?.('parallax') };
    const expired = expiredRules(rules, now);
    const inForce = rules.filter((rule) => !expired.some((one) => one === rule));
    const described = JSON.stringify({
      rules: inForce,
      compare,
      pick: window.pick,
      counts: window.counts,
      outputs,
      ...masks,
    });
    const digest = digestBytes(encoder.encode(described));
    if (this.#rules?.digest !== digest) {
      const record = { partition: 0, key: encoder.encode(this.#rulesKey), value: encoder.encode(digest) };
      const [position] = await this.#opening.append(this.#topic, [record]);
      this.#changed = this.#rules !== undefined;
      this.#rules = { offset: position?.offset ?? 0, digest };
    }
    // From 1: 0 is the epoch of rows without one.
    return this.#rules.offset + 1;
  }

  /** The rules in force are not those of the process before: what was judged then stays as it is. */
  get hasOtherRules(): boolean {
    return this.#changed;
  }

  /** Writes the chunks of one place into a slot; returns the offset of the first. */
  async write(place: string, generation: number, slot: number, chunks: readonly Uint8Array[]): Promise<number> {
    const keys = chunks.map((_, i) => `${this.group} ${place} ${generation}.${slot} ${i}`);
    const records = chunks.map((value, i) => ({ partition: 0, key: encoder.encode(keys[i]), value }));
    const known = new Set(this.#chunks.map(({ key }) => key));
    this.#chunks.push(...keys.filter((key) => !known.has(key)).map((key) => ({ key, generation })));
    const positions = await this.#log.append(this.#topic, records);
    return positions[0]?.offset ?? 0;
  }

  /** The chunks of a place from this offset on; fewer than `count` when some are missing. */
  async read(place: string, at: number, count: number): Promise<readonly Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    let slot: string | undefined;
    for (let from = at; chunks.length < count; ) {
      const records = await this.#log.read(this.#topic, 0, from, AT_ONCE);
      if (records.length === 0) break;
      for (const { offset, key, value } of records) {
        from = offset + 1;
        const named = key === null ? '' : decoder.decode(key);
        // The first names the slot; another generation of the same place may have written in between.
        if (offset === at && named.startsWith(`${this.group} ${place} `)) slot = named.slice(0, named.lastIndexOf(' '));
        if (slot === undefined) return [];
        if (named === `${slot} ${chunks.length}` && value !== null && chunks.length < count) chunks.push(value);
      }
    }
    return chunks;
  }

  /** Once a generation has committed, nothing points at what older ones wrote. */
  async forgetBefore(generation: number): Promise<void> {
    const old = this.#chunks.filter((chunk) => chunk.generation < generation);
    if (old.length === 0) return;
    await this.#log.append(
      this.#topic,
      old.map(({ key }) => ({ partition: 0, key: encoder.encode(key), value: null })),
    );
    this.#chunks = this.#chunks.filter((chunk) => chunk.generation >= generation);
  }

  get #rulesKey(): string {
    return `rules ${this.group}`;
  }

  async #survey(): Promise<void> {
    const chunks = new Map<string, Chunk>();
    for (let at = 0; ; ) {
      const records = await this.#opening.read(this.#topic, 0, at, AT_ONCE);
      if (records.length === 0) break;
      for (const { offset, key, value } of records) {
        at = offset + 1;
        const named = key === null ? '' : decoder.decode(key);
        if (named === this.#rulesKey && value !== null) this.#rules = { offset, digest: decoder.decode(value) };
        const generation = this.#generationOf(named);
        if (generation === undefined) continue;
        if (value === null) chunks.delete(named);
        else chunks.set(named, { key: named, generation });
      }
    }
    this.#chunks = [...chunks.values()];
  }

  #generationOf(key: string): number | undefined {
    const [group, , slot] = key.split(' ');
    if (group !== this.group || slot === undefined) return undefined;
    return Number(slot.split('.')[0]);
  }
}
