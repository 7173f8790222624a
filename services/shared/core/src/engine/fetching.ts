// Payloads that were let go and are needed again: asked for once each, and put back when they come.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import type { Fetch, JoinConfig } from './config.ts';
import { partsOf } from './content.ts';
import { digestContent } from './digest.ts';
import { agreed, agreement } from './judgement.ts';
import type { OpenPairs } from './open-pairs.ts';
import { isAhead, isLone, type Pair, typeOf } from './pair.ts';

export class Fetching {
  readonly #config: JoinConfig;
  readonly #pairs: OpenPairs;
  #fetches: Fetch[] = [];
  /** Offsets asked for and not yet answered. */
  readonly #asked: Readonly<Record<Side, Set<number>>> = { legacy: new Set(), candidate: new Set() };

  constructor(config: JoinConfig, pairs: OpenPairs) {
    this.#config = config;
    this.#pairs = pairs;
  }

  /** Asks for what judging this pair needs and is not there; false when it has everything. */
  ask(pair: Pair): boolean {
    if (!isAhead(pair) && (isLone(pair) || agreed(pair.legacy, pair.candidate) !== undefined)) return false;
    let lacking = false;
    for (const side of SIDES) {
      for (const { offset, content } of pair[side]) {
        if (content !== undefined) continue;
        lacking = true;
        if (this.#asked[side].has(offset)) continue;
        this.#asked[side].add(offset);
        this.#fetches.push({ id: pair.id, side, offset });
      }
    }
    return lacking;
  }

  take(): readonly Fetch[] {
    const fetches = this.#fetches;
    this.#fetches = [];
    return fetches;
  }

  /**
   * Puts back what was read, undefined when it is no longer there. What now agrees is let go again. Returns the pair if it
   * waited for nothing else.
   */
  supply({ id, side, offset }: Fetch, record: LogRecord | undefined): Pair | undefined {
    this.#asked[side].delete(offset);
    const pair = this.#pairs.find(id);
    const event = pair?.[side].find((one) => one.offset === offset);
    if (pair === undefined || event === undefined) return undefined;
    const isAwaited = pair.stage === 'fetching';
    if (event.content === undefined && (isAwaited || event.agrees === undefined)) {
      const content = record === undefined ? null : partsOf(record, this.#config);
      const isSame = content !== null && digestContent(content) === event.digest;
      this.#pairs.refill(side, event, isSame ? content : null);
      if (record !== undefined && !this.#isOf(id, side, record)) this.#pairs.lack(pair, side, event);
      if (!isAwaited) this.#agree(pair);
      this.#pairs.keepContent(event);
    }
    const hasAll = SIDES.every((each) => pair[each].every((one) => one.content !== undefined));
    return isAwaited && hasAll ? pair : undefined;
  }

  #isOf(id: string, side: Side, record: LogRecord): boolean {
    const correlated = this.#config.correlate(side, record);
    return correlated.kind === 'id' && correlated.id === id;
  }

  /** One event a side, both here: compared at once, so that what agrees need not be kept while the pair settles. */
  #agree(pair: Pair): void {
    const { legacy, candidate } = pair;
    const [left] = legacy;
    const [right] = candidate;
    if (left === undefined || right === undefined || legacy.length + candidate.length > 2 || isAhead(pair)) return;
    const agrees = agreement(legacy, candidate, this.#config.plan, typeOf(pair));
    if (agrees === undefined) return;
    left.agrees = agrees;
    right.agrees = agrees;
    this.#pairs.letGo('legacy', left);
    this.#pairs.letGo('candidate', right);
  }
}
