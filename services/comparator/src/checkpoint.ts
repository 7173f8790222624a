// Saves and loads cuts: in the commits' metadata, or, where one does not fit, in the compacted checkpoint topic.
import {
  type AssignedPartition,
  type Committed,
  type CommitResult,
  type CutId,
  decodeSide,
  encodeSide,
  type EventLog,
  Fault,
  fitsMetadata,
  fromChunks,
  type JoinCut,
  pointerTo,
  readPointer,
  type SavedSide,
  SIDES,
  toChunks,
} from '@parallax/core';
import type { PartitionPair } from './sides.ts';

export interface PlacedCut {
  readonly topics: { readonly legacy: string; readonly candidate: string };
  readonly partition: number;
  readonly state: JoinCut;
}

export function checkpointTopic(experiment: string): string {
  return `parallax.${experiment}.checkpoints`;
}

const encoder = new TextEncoder();

export class Checkpoints {
  readonly #log: Pick<EventLog, 'append' | 'read' | 'ensureTopic'>;
  readonly #topic: string;
  readonly #group: string;
  #exists = false;

  constructor(log: Pick<EventLog, 'append' | 'read' | 'ensureTopic'>, experiment: string, group: string) {
    this.#log = log;
    this.#topic = checkpointTopic(experiment);
    this.#group = group;
  }

  /** Commits all cuts at once, every side carrying the same id. Large ones go to the checkpoint topic first. */
  async save(
    id: CutId,
    cuts: readonly PlacedCut[],
    commit: (offsets: readonly Committed[]) => Promise<CommitResult>,
  ): Promise<CommitResult> {
    const offsets: Committed[] = [];
    for (const { topics, partition, state } of cuts) {
      for (const side of SIDES) {
        const text = encodeSide(id, state[side]);
        const topic = topics[side];
        const metadata = fitsMetadata(text) ? text : await this.#spill(text, `${topic}/${partition}`, id);
        offsets.push({ topic, partition, offset: state[side].position, metadata });
      }
    }
    return commit(offsets);
  }

  /** The last committed cut of a partition, or undefined when nothing was ever committed. */
  async load(pair: PartitionPair): Promise<JoinCut | undefined> {
    const { legacy, candidate } = pair;
    if (legacy.committed === undefined && candidate.committed === undefined) return undefined;
    const [left, right] = [await this.#read(legacy), await this.#read(candidate)];
    if (left === undefined || right === undefined || left.generation !== right.generation || left.number !== right.number) {
      throw halt(`The commits of ${legacy.topic} and ${candidate.topic}, partition ${pair.partition}, belong to different cuts`);
    }
    checkExtent(legacy, left);
    checkExtent(candidate, right);
    return { legacy: left.cut, candidate: right.cut };
  }

  async #spill(text: string, place: string, id: CutId): Promise<string> {
    if (!this.#exists) await this.#log.ensureTopic({ topic: this.#topic, partitions: 1, compacted: true });
    this.#exists = true;
    // Two slots by turns: the last committed cut is never overwritten by the one on its way.
    const key = (chunk: number) => encoder.encode(`${this.#group} ${place} ${id.generation}.${id.number % 2} ${chunk}`);
    const records = toChunks(text).map((value, i) => ({ partition: 0, key: key(i), value }));
    const positions = await this.#log.append(this.#topic, records);
    return pointerTo(text, positions[0]?.offset ?? 0);
  }

  async #read(place: AssignedPartition): Promise<SavedSide | undefined> {
    if (place.committed === undefined) return undefined;
    const pointer = readPointer(place.committed.metadata);
    if (pointer === undefined) return decodeSide(place.committed.metadata);
    const prefix = `${this.#group} ${place.topic}/${place.partition} `;
    const chunks: Uint8Array[] = [];
    for (let at = pointer.at; chunks.length < pointer.chunks; ) {
      const records = await this.#log.read(this.#topic, 0, at, 100);
      if (records.length === 0) throw halt(`A chunk of the checkpoint of ${place.topic}, partition ${place.partition}, is missing`);
      for (const record of records) {
        const key = record.key === null ? '' : new TextDecoder().decode(record.key);
        if (key.startsWith(prefix) && record.value !== null && chunks.length < pointer.chunks) chunks.push(record.value);
        at = record.offset + 1;
      }
    }
    return decodeSide(fromChunks(chunks, pointer.digest));
  }
}

function checkExtent(place: AssignedPartition, saved: SavedSide): void {
  if (saved.cut.position > place.end) {
    throw halt(`${place.topic}, partition ${place.partition}, ends at ${place.end}, before the checkpoint's ${saved.cut.position}: it was deleted and created anew, or lost records`);
  }
  const oldest = saved.cut.open.min() ?? saved.cut.position;
  if (oldest < place.start) {
    throw halt(`${place.topic}, partition ${place.partition}, begins at ${place.start}, after the checkpoint's oldest open event ${oldest}: retention took what was still open`);
  }
}

function halt(what: string): Fault {
  return new Fault(what, {
    code: 'checkpoint-unusable',
    cure: 'Nothing was judged from it. Look at the topics; then delete the consumer group and begin anew with --from.',
  });
}
