// One simulated comparator process: drives a join by random steps, may crash between any two, may live on as a zombie
// whose writes still land.
import { decodeSide, encodeSide, Join, type JoinConfig, type JoinCut, SIDES, type Side } from '@parallax/core';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Insert, World } from './world.ts';

interface Cut {
  readonly emitted: number;
  readonly text: Record<Side, string>;
}

export class Actor {
  readonly join: Join;
  readonly generation: number;
  readonly #world: World;
  readonly #random: Random;
  readonly #consumption: boolean;
  /** Rows drained and not yet acknowledged, in the order they must be counted. */
  #waiting: { readonly upTo: number; insert: Insert }[] = [];
  #acknowledged = 0;
  #cut: Cut | undefined;
  #cuts = 0;
  #asked: readonly string[] | undefined;

  /** Asleep (stopped, not dead) until this wall time. */
  wakesAt = Number.NEGATIVE_INFINITY;

  constructor(config: JoinConfig, world: World, random: Random, scenario: Scenario) {
    this.#world = world;
    this.#random = random;
    this.#consumption = config.tracksConsumption;
    this.generation = ++world.generation;
    const saved = world.committed;
    const fresh = { position: 0, headLost: scenario.headUntil !== undefined };
    const start: JoinCut | undefined =
      saved === undefined
        ? undefined
        : { legacy: decodeSide(saved.legacy).cut, candidate: decodeSide(saved.candidate).cut };
    this.join = new Join(config, start ?? { legacy: { ...fresh, headLost: false }, candidate: fresh }, world.now);
    this.join.recall(world.recent(scenario.recalled).reverse());
  }

  step(): void {
    switch (this.#random.below(10)) {
      case 0:
      case 1:
      case 2:
        this.read(this.#random.pick(SIDES), 1 + this.#random.below(12));
        break;
      case 3:
        this.sample(this.#random.pick(SIDES));
        break;
      case 4:
        this.join.tick(this.#world.now);
        break;
      case 5:
        this.flush();
        break;
      case 6:
        this.acknowledge();
        break;
      case 7:
        this.ask();
        break;
      case 8:
        this.fetch();
        break;
      case 9:
        if (this.#cut === undefined) this.copyCut();
        else this.commit();
        break;
    }
  }

  read(side: Side, records: number): void {
    if (this.join.paused === side) return;
    const log = this.#world.log[side];
    const from = this.join.evidence[side].cursor;
    for (const record of log.slice(from, from + records)) this.join.read(side, record, this.#world.now);
  }

  sample(side: Side): void {
    const { now } = this.#world;
    this.join.sample(side, { asked: now - this.#random.below(30), answered: now, end: this.#world.log[side].length });
    if (this.#consumption && this.#random.chance(0.5)) this.join.consumed(now - this.#random.below(3000), now);
  }

  flush(): void {
    const { pairs, differences } = this.join.drain();
    if (pairs.length === 0 && this.join.emitted === (this.#waiting.at(-1)?.upTo ?? this.#acknowledged)) return;
    this.#waiting.push({ upTo: this.join.emitted, insert: this.#world.insert(pairs, differences) });
  }

  /** Learns of landed inserts in order; now and then the answer is lost and the same rows are sent again. */
  acknowledge(): void {
    for (let first = this.#waiting[0]; first?.insert.landed === true; first = this.#waiting[0]) {
      if (this.#random.chance(0.1)) {
        first.insert = this.#world.insert(first.insert.rows, first.insert.differences);
        return;
      }
      this.#acknowledged = first.upTo;
      this.join.acknowledged(first.upTo);
      this.#waiting.shift();
    }
  }

  ask(): void {
    this.#asked ??= this.join.takeLookups(1 + this.#random.below(20));
    if (this.#asked.length > 0 && this.#random.chance(0.7)) {
      this.join.answer(this.#asked, this.#world.lookup(this.#asked), this.#world.now);
    } else if (this.#asked.length > 0) return;
    this.#asked = undefined;
  }

  fetch(): void {
    for (const fetch of this.join.takeFetches()) {
      this.join.supply(fetch, this.#world.log[fetch.side][fetch.offset], this.#world.now);
    }
  }

  copyCut(): void {
    const state = this.join.cut();
    const id = { generation: this.generation, number: ++this.#cuts };
    const text = { legacy: encodeSide(id, state.legacy), candidate: encodeSide(id, state.candidate) };
    this.#cut = { emitted: this.join.emitted, text };
  }

  /** One commit for both sides, once the rows emitted before the copy are acknowledged; a stale generation is refused. */
  commit(isSure = false): void {
    if (this.#cut === undefined || this.#acknowledged < this.#cut.emitted) return;
    const cut = this.#cut;
    this.#cut = undefined;
    // Whether the answer comes back makes no difference: what was committed counts, and the next cut decides.
    if (this.generation !== this.#world.generation || (!isSure && this.#random.chance(0.1))) return;
    this.#world.committed = cut.text;
  }

  get hasReadAll(): boolean {
    return SIDES.every((side) => this.join.evidence[side].cursor >= this.#world.log[side].length);
  }

  get isIdle(): boolean {
    return this.hasReadAll && this.join.openPairs === 0 && this.#waiting.length === 0;
  }
}
