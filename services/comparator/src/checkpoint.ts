// Saves and loads cuts: in the commits' metadata, or, where one does not fit, in the compacted checkpoint topic.
import {
  type AssignedPartition,
  type CommitResult,
  type Committed,
  type CutId,
  decodeSide,
  encodeSide,
  Fault,
  fromChunks,
  type JoinCut,
  pointerTo,
  readPointer,
  type SavedSide,
  SIDES,
  toChunks,
} from '@parallax/core';
import type { CrashPoints } from '@parallax/platform';
import type { CheckpointTopic } from './checkpoint-topic.ts';
import type { ComparatorCrashPoint } from './crash-points.ts';
import type { PartitionPair } from './sides.ts';

export interface PlacedCut {
  readonly topics: { readonly legacy: string; readonly candidate: string };
  readonly partition: number;
  readonly state: JoinCut;
}

export class Checkpoints {
  readonly #topic: CheckpointTopic;
  readonly #metadataBytes: number;
  readonly #crash: CrashPoints<ComparatorCrashPoint>;
  #generation = 0;
  /** Slots of this generation that a commit points at, or may point at: its answer was lost. */
  #taken: readonly number[] = [];

  /** `metadataBytes`: what a commit may carry beside each offset. */
  constructor(topic: CheckpointTopic, metadataBytes: number, crash: CrashPoints<ComparatorCrashPoint>) {
    this.#topic = topic;
    this.#metadataBytes = metadataBytes;
    this.#crash = crash;
  }

  /** Commits all cuts at once, every side carrying the same id. Large ones go to the checkpoint topic first. */
  async save(
    id: CutId,
    cuts: readonly PlacedCut[],
    commit: (offsets: readonly Committed[]) => Promise<CommitResult>,
  ): Promise<CommitResult> {
    const isFirst = id.generation !== this.#generation;
    if (isFirst) this.#taken = [];
    this.#generation = id.generation;
    let slot = 0;
    while (this.#taken.includes(slot)) slot++;
    const offsets: Committed[] = [];
    for (const { topics, partition, state } of cuts) {
      for (const side of SIDES) {
        const text = encodeSide(id, state[side]);
        const topic = topics[side];
        // The text is ASCII: as many bytes as characters.
        const fits = text.length <= this.#metadataBytes;
        const metadata = fits ? text : await this.#spill(text, `${topic}/${partition}`, id, slot);
        offsets.push({ topic, partition, offset: state[side].position, metadata });
      }
    }
    this.#crash.reach('comparator.before-commit');
    const result = await commit(offsets);
    this.#crash.reach('comparator.after-commit');
    if (result === 'committed') {
      this.#taken = [slot];
      await this.#topic.forgetBefore(id.generation);
    } else if (result === 'unknown') this.#taken = [...this.#taken, slot];
    return result;
  }

  /** The last committed cut of a partition, or undefined when nothing was ever committed. */
  async load(pair: PartitionPair): Promise<JoinCut | undefined> {
    const { legacy, candidate } = pair;
    if (legacy.committed === undefined && candidate.committed === undefined) return undefined;
    const [left, right] = [await this.#read(legacy), await this.#read(candidate)];
    const isOne = left?.generation === right?.generation && left?.number === right?.number;
    if (left === undefined || right === undefined || !isOne) {
      throw halt(
        `The commits of ${legacy.topic} and ${candidate.topic}, partition ${pair.partition}, belong to different cuts: one of the topics was deleted and created anew, or the group's commits were moved by hand or have expired`,
      );
    }
    checkEnd(legacy, left);
    checkEnd(candidate, right);
    return { legacy: left.cut, candidate: right.cut };
  }

  async #spill(text: string, place: string, { generation }: CutId, slot: number): Promise<string> {
    const at = await this.#topic.write(place, generation, slot, toChunks(text));
    this.#crash.reach('comparator.checkpoint-spilled');
    return pointerTo(text, at);
  }

  async #read({ committed }: AssignedPartition): Promise<SavedSide | undefined> {
    return committed === undefined ? undefined : this.peek(committed);
  }

  /** One side of a committed cut, for looking at it. */
  async peek(committed: Committed): Promise<SavedSide> {
    const { topic, partition } = committed;
    if (!isOurs(committed.metadata)) throw foreign(committed, this.#topic.group);
    const pointer = readPointer(committed.metadata);
    if (pointer === undefined) return decodeSide(committed.metadata);
    const chunks = await this.#topic.read(`${topic}/${partition}`, pointer.at, pointer.chunks);
    if (chunks.length < pointer.chunks) {
      throw halt(`A chunk of the checkpoint of ${topic}, partition ${partition}, is missing`);
    }
    return decodeSide(fromChunks(chunks, pointer.digest));
  }
}

/** What any build of ours writes with a commit is an object with its format's number. */
function isOurs(metadata: string): boolean {
  try {
    const parsed: unknown = JSON.parse(metadata);
    return typeof parsed === 'object' && parsed !== null && 'v' in parsed;
  } catch {
    return false;
  }
}

function foreign({ topic, partition, offset, metadata }: Committed, group: string): Fault {
  const said = metadata === '' ? 'nothing' : JSON.stringify(metadata.slice(0, 80));
  return new Fault(
    `The commit of ${topic}, partition ${partition}, in group ${group} (offset ${offset}, with it ${said}) was not made by a comparator: something else reads, or moves offsets, with this group.`,
    {
      code: 'commit-foreign',
      cure: `Find it (kafka-consumer-groups.sh --describe --members --group ${group}) and give it a group of its own. Nothing was judged from it; then begin anew with --forget, and --from where that shall be.`,
    },
  );
}

function checkEnd({ topic, partition, end }: AssignedPartition, { cut }: SavedSide): void {
  if (cut.position > end) {
    throw halt(
      `${topic}, partition ${partition}, ends at ${end}, before the checkpoint's ${cut.position}: it was deleted and created anew, or lost records`,
    );
  }
}

function halt(what: string): Fault {
  return new Fault(`${what}.`, {
    code: 'checkpoint-unusable',
    cure: 'Nothing was judged from it. Look at the topics; then begin anew with --forget, and --from where that shall be.',
  });
}
