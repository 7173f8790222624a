// The judgement of an open pair as it stands, and what it means for the accounts.
import type { Outcome, Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Accounts } from './accounts.ts';
import type { Closing } from './closing.ts';
import type { JoinConfig } from './config.ts';
import { GIVEN_UP, isUnproven, type Judgement, judge, undecided } from './judgement.ts';
import type { OpenPairs } from './open-pairs.ts';
import { holds, isCounted, isLone, type Pair, type PairEvent, type Tombstone, typeOf } from './pair.ts';

/** Reason of what differs and has not settled for long. */
const UNSETTLED = 'unsettled';

export class Judging {
  readonly #config: JoinConfig;
  readonly #accounts: Accounts;
  readonly #pairs: OpenPairs;
  readonly #closing: Closing;

  constructor(config: JoinConfig, accounts: Accounts, pairs: OpenPairs, closing: Closing) {
    this.#config = config;
    this.#accounts = accounts;
    this.#pairs = pairs;
    this.#closing = closing;
  }

  /**
   * `unproven`: why what is lacking cannot be called absent; undefined where it is, or where both sides are there with as
   * many events as they need.
   */
  close(pair: Pair, unproven: string | undefined, now: number): void {
    const judgement = unproven === undefined ? this.#judge(pair) : undecided(unproven);
    const { base } = pair;
    this.#pairs.drop(pair);
    const isJudged = base !== undefined && this.#holdsAll(pair, base);
    if (isJudged && (isLost(this.#accounts, base, judgement) || (unproven !== undefined && !isLone(pair)))) {
      this.#closing.endAs(pair, base, this.#standing(pair));
    } else this.#closing.close(pair, judgement, this.#standing(pair), now);
  }

  /** One that agreed, and whose sides have been quiet. */
  closeAgreed(entry: number, now: number): void {
    this.#closing.closeAgreed(this.#pairs.agreed, entry, now);
    this.#pairs.dropAgreed(entry);
  }

  /** Given up for want of memory; or the row that was found gave up, for whatever reason. */
  givenUp(pair: Pair): string | undefined {
    if (!isGivenUp(pair)) return undefined;
    const reason = pair.base?.reason ?? GIVEN_UP;
    return isUnproven(reason) ? reason : GIVEN_UP;
  }

  /** A provisional row, once per reason. What was judged before stays in sight until it is judged again. */
  show(pair: Pair, reason: string, now: number): void {
    if (pair.shown === reason || pair.base !== undefined) return;
    pair.shown = reason;
    this.#closing.show(pair, isLone(pair) ? { ...this.#judge(pair), reason } : undecided(reason), now);
  }

  /** A provisional row of what is known to differ while all of it is in memory: nothing is fetched to show it. */
  showDifferences(pair: Pair, now: number): void {
    const judgement = this.#judge(pair);
    if (judgement.outcome !== 'mismatch') return;
    pair.shown = UNSETTLED;
    this.#closing.show(pair, { ...judgement, reason: UNSETTLED }, now);
  }

  /** One of which a stored row holds every event that is left: they end as it says. */
  endAsStored(pair: Pair, base: Tombstone): void {
    this.#pairs.drop(pair);
    this.#closing.endAs(pair, base, this.#standing(pair));
  }

  endBeforeStart(pair: Pair): void {
    this.#pairs.drop(pair);
    for (const side of SIDES) for (const { offset } of pair[side]) this.#accounts.end(side, offset, 'before-start');
  }

  /**
   * The row was judged with these very events: when there was a proof that is not to be had again, or before some of them
   * were lost. It outranks any row that gives up on the same.
   */
  #holdsAll(pair: Pair, base: Tombstone): boolean {
    return base.outcome !== 'inconclusive' && SIDES.every((side) => pair[side].length === base[side].length);
  }

  #judge(pair: Pair): Judgement {
    return judge(pair.legacy, pair.candidate, this.#config.plan, typeOf(pair));
  }

  /** The outcome under which the ledger holds the counted events of a pair that was opened again; '' when none is. */
  #standing(pair: Pair): Outcome | '' {
    const { base } = pair;
    if (base === undefined) return '';
    const counted = (side: Side): PairEvent[] =>
      pair[side].filter(
        ({ offset }) => holds(base, side, offset)?.counted === true && !this.#accounts.isLost(side, offset),
      );
    const legacy = counted('legacy');
    const candidate = counted('candidate');
    if (legacy.length === 0 && candidate.length === 0) return '';
    const isGivenUp = (side: Side, { offset }: PairEvent) => this.#accounts[side].givenUp.has(offset);
    if (
      legacy.some((event) => isGivenUp('legacy', event)) ||
      candidate.some((event) => isGivenUp('candidate', event))
    ) {
      return 'inconclusive';
    }
    if (isCounted(base) && base.outcome !== 'inconclusive') return base.outcome;
    const alone = judge(legacy, candidate, this.#config.plan, base.type);
    if (alone.reason !== 'evidence-lost') return alone.outcome;
    return isCounted(base) || base.was === '' ? 'inconclusive' : base.was;
  }
}

function isLost(accounts: Accounts, row: Tombstone, { reason }: Judgement): boolean {
  if (reason !== 'evidence-lost') return false;
  return SIDES.some((side) => row[side].some(({ offset }) => accounts.isLost(side, offset)));
}

/**
 * What a stored row already judged on the same events is judged alike. A row that gave up stays so: no proof of absence
 * was had, and alone none can be, for the partner may have been given up alone as well, its row hidden behind this one.
 */
function isGivenUp(pair: Pair): boolean {
  const { base } = pair;
  if (base === undefined) return pair.givenUp;
  const hasMore = SIDES.some((side) => pair[side].length > base[side].length);
  if (base.outcome === 'inconclusive' && (!hasMore || isLone(pair))) return true;
  return pair.givenUp && hasMore;
}
