// Membership in a group: join, be assigned, send heartbeats, join again when the group has moved on, leave.
//
//   joining ──JoinGroup, SyncGroup──► member of generation g ──heartbeat: rebalancing, unknown, fenced──► joining
//      │                                     │
//      └───────────── leave() ───────────────┴──► left
//
// KafkaJS's own consumer does not show its generation, joins anew (with the whole group) whenever a partition's leader
// moves, and sends heartbeats only between fetches and handlers. Here they have a timer of their own, the generation is a
// plain number, and only what ends a membership ends it: a lost connection or a coordinator that moves does not.

import { unknownTopic } from '../../faults.ts';
import { ProtocolFailure } from '../error-codes.ts';
import { isPassing } from '../failures.ts';
import { type Assignment, assign } from './assigner.ts';
import {
  ASSIGNER,
  decodeAssignment,
  decodeMember,
  encodeAssignment,
  encodeMember,
  type Owned,
} from './assigner-protocol.ts';
import type { Coordinator } from './coordinator.ts';
import { foreignGroup } from './faults.ts';
import type { Picture } from './picture.ts';
import { CODE, COORDINATOR_LATER, FENCED } from './requests.ts';
import { backoff, type ConsumerTiming } from './timing.ts';

export interface Membership {
  readonly generation: number;
  readonly memberId: string;
  readonly assignment: Assignment;
}

export interface MemberEvents {
  /** Owns these until {@link lost}. */
  joined(membership: Membership): void;
  /** The group has moved on: nothing is owned until the next `joined`. */
  lost(): void;
  /** Gave up: trying again would not help. */
  failed(error: unknown): void;
}

export interface MemberParts extends MemberEvents {
  readonly picture: Picture;
  readonly coordinator: Coordinator;
  readonly topics: readonly string[];
  readonly timing: ConsumerTiming;
  readonly address: string;
  /** Done once, before the first join; what it rejects with is of no account. */
  prepare(): Promise<void>;
}

interface Joined {
  readonly errorCode: number;
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

interface Synced {
  readonly errorCode: number;
  readonly memberAssignment: Buffer;
}

/** The way into a generation was blocked by something that passes. */
const AGAIN = Symbol('again');
const UNKNOWN_TIMES = 8;

export class Member {
  readonly #parts: MemberParts;
  readonly #left = new AbortController();
  #memberId = '';
  #owned: Owned = { owned: [], generation: -1 };
  /** Partitions of each topic as this member knew them when it led the assignment; undefined for followers. */
  #led: ReadonlyMap<string, number> | undefined;
  #nudge: (() => void) | undefined;
  #failures = 0;
  #isJoining = false;
  /** Assignments in a row for which a topic of ours was not known. */
  #unknown = 0;

  constructor(parts: MemberParts) {
    this.#parts = parts;
  }

  /** The brokers have not answered since the last attempts: how many there were. */
  get failures(): number {
    return this.#failures;
  }

  get memberId(): string {
    return this.#memberId;
  }

  /** A join waits at the coordinator for the other members, and everything else on its connection behind it. */
  get isJoining(): boolean {
    return this.#isJoining;
  }

  async run(): Promise<void> {
    const { signal } = this.#left;
    await this.#parts.prepare().catch(() => undefined);
    while (!signal.aborted) {
      try {
        const membership = await this.#join();
        if (signal.aborted) return;
        if (membership === AGAIN) await this.#pause(backoff(this.#failures++));
        else await this.#belong(membership);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error)) {
          this.#parts.failed(error);
          return;
        }
        await this.#lookAround();
      }
    }
  }

  /** Asks the group at once whether it has moved on. */
  check(): void {
    this.#nudge?.();
  }

  /** Nothing is told any more. */
  abandon(): void {
    this.#left.abort();
    this.#nudge?.();
  }

  async #belong(membership: Membership): Promise<void> {
    this.#failures = 0;
    const owned = [...new Set([...membership.assignment.values()].flat())].sort((a, b) => a - b);
    this.#owned = { owned, generation: membership.generation };
    this.#parts.joined(membership);
    await this.#keepAlive(membership);
    if (!this.#left.signal.aborted) this.#parts.lost();
  }

  async #join(): Promise<Membership | typeof AGAIN> {
    const { coordinator, topics, timing } = this.#parts;
    await coordinator.find();
    this.#isJoining = true;
    try {
      const joined = await coordinator.ask<Joined>('JoinGroup', {
        sessionTimeout: timing.sessionMs,
        rebalanceTimeout: timing.rebalanceMs,
        memberId: this.#memberId,
        protocolType: 'consumer',
        groupProtocols: [{ name: ASSIGNER, metadata: encodeMember(topics, this.#owned) }],
      });
      if (joined.errorCode === CODE.memberIdRequired) this.#memberId = joined.memberId;
      if (!this.#mayGoOn(joined.errorCode)) return AGAIN;
      this.#memberId = joined.memberId;
      const { generationId: generation, memberId } = joined;
      const isLeader = joined.leaderId === memberId;
      const groupAssignment = isLeader ? await this.#assignAll(joined.members) : [];
      const synced = await coordinator.ask<Synced>('SyncGroup', {
        generationId: generation,
        memberId,
        groupAssignment,
      });
      if (!this.#mayGoOn(synced.errorCode)) return AGAIN;
      if (!isLeader) this.#led = undefined;
      return { generation, memberId, assignment: decodeAssignment(synced.memberAssignment) };
    } finally {
      this.#isJoining = false;
    }
  }

  /** False: try again. */
  #mayGoOn(code: number): boolean {
    if (code === CODE.none) return true;
    if (code === CODE.unknownMember) this.#memberId = '';
    if (FENCED.has(code) || COORDINATOR_LATER.has(code) || code === CODE.memberIdRequired) return false;
    if (code === CODE.inconsistentProtocol) throw foreignGroup(this.#parts.address);
    throw new ProtocolFailure(code);
  }

  async #assignAll(joined: Joined['members']): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
    const { picture } = this.#parts;
    const members = joined.flatMap(({ memberId, memberMetadata }) => decodeMember(memberId, memberMetadata) ?? []);
    picture.watch(members.flatMap((member) => member.topics));
    await picture.renew();
    this.#checkTopics();
    this.#led = this.#partitions(members.flatMap((member) => member.topics));
    const assignments = assign(members, this.#led);
    return joined.map(({ memberId }) => {
      return { memberId, memberAssignment: encodeAssignment(assignments.get(memberId) ?? new Map()) };
    });
  }

  /** To share out nothing of a topic would be to skip it without a word. */
  #checkTopics(): void {
    const { address, picture, topics } = this.#parts;
    const unknown = new Set(picture.unknown());
    const gone = topics.find((topic) => unknown.has(topic));
    this.#unknown = gone === undefined ? 0 : this.#unknown + 1;
    if (gone === undefined) return;
    if (this.#unknown > UNKNOWN_TIMES) throw unknownTopic(gone, address);
    // A broker that has just come back may not know it yet.
    throw new ProtocolFailure(CODE.leaderNotAvailable);
  }

  #partitions(topics: readonly string[]): ReadonlyMap<string, number> {
    const { picture } = this.#parts;
    return new Map(topics.map((topic) => [topic, picture.partitions(topic) ?? 0]));
  }

  /** Returns when the generation is over. */
  async #keepAlive({ generation, memberId }: Membership): Promise<void> {
    const { coordinator, timing } = this.#parts;
    const request = { groupGenerationId: generation, memberId };
    const withinMs = Math.max(timing.heartbeatMs, timing.sessionMs / 3);
    let untilLook = timing.metadataMs;
    for (;;) {
      const waitMs = this.#failures === 0 ? timing.heartbeatMs : Math.min(timing.heartbeatMs, backoff(this.#failures));
      await this.#pause(waitMs);
      if (this.#left.signal.aborted) return;
      untilLook -= timing.heartbeatMs;
      try {
        const { errorCode } = await coordinator.ask<{ errorCode: number }>('Heartbeat', request, { withinMs });
        if (errorCode === CODE.unknownMember) this.#memberId = '';
        if (FENCED.has(errorCode)) return;
        if (errorCode !== CODE.none && !COORDINATOR_LATER.has(errorCode)) throw new ProtocolFailure(errorCode);
        this.#failures = errorCode === CODE.none ? 0 : this.#failures + 1;
        if (untilLook <= 0) {
          untilLook = timing.metadataMs;
          if (await this.#hasGrown()) return;
        }
      } catch (error) {
        if (!isPassing(error)) throw error;
        await this.#lookAround();
      }
    }
  }

  /** Whether topics have other partitions than were shared out. Only a leader's joining makes the group share out anew. */
  async #hasGrown(): Promise<boolean> {
    if (this.#led === undefined) return false;
    await this.#parts.picture.renew();
    const now = this.#partitions([...this.#led.keys()]);
    return [...this.#led].some(([topic, count]) => now.get(topic) !== count);
  }

  /** After a failure: who is where now. */
  async #lookAround(): Promise<void> {
    const tries = this.#failures++;
    await this.#pause(backoff(tries));
    if (this.#left.signal.aborted) return;
    await this.#parts.picture.renew().catch(() => undefined);
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#left.signal.aborted) return Promise.resolve();
    const timer = setTimeout(resolve, ms);
    this.#nudge = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
}
