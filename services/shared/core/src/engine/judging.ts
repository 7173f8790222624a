// The judgement of an open pair as it stands, and what it means for the accounts.
import type { Outcome, Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Accounts } from './accounts.ts';
import type { Closing } from './closing.ts';
import type { JoinConfig } from './config.ts';
import { type Judgement, judge, undecided } from './judgement.ts';
import type { OpenPairs } from './open-pairs.ts';
import { holds, isCounted, isLone, type Pair, type PairEvent, typeOf } from './pair.ts';

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

  /** `isWhole`: both sides are there with as many events as they need. */
  close(pair: Pair, isWhole: boolean, now: number): void {
    const isGivenUp = !isWhole && (pair.givenUp || wasGivenUp(pair));
    const judgement = isGivenUp ? undecided('budget') : this.#judge(pair);
    this.#pairs.drop(pair);
    this.#closing.close(pair, judgement, this.#standing(pair), now);
  }

  /** A provisional row, once per reason. What was judged before stays in sight until it is judged again. */
  show(pair: Pair, reason: string, now: number): void {
    if (pair.shown === reason || pair.base !== undefined) return;
    pair.shown = reason;
    this.#closing.show(pair, isLone(pair) ? { ...this.#judge(pair), reason } : undecided(reason), now);
  }

  endBeforeStart(pair: Pair): void {
    this.#pairs.drop(pair);
    for (const side of SIDES) for (const { offset } of pair[side]) this.#accounts.end(side, offset, 'before-start');
  }

  #judge(pair: Pair): Judgement {
    return judge(pair.legacy, pair.candidate, this.#config.plan, typeOf(pair));
  }

  /** The outcome under which the ledger holds the counted events of a pair that was opened again; '' when none is. */
  #standing(pair: Pair): Outcome | '' {
    const { base } = pair;
    if (base === undefined) return '';
    if (isCounted(base)) return base.outcome;
    const counted = (side: Side): PairEvent[] =>
      pair[side].filter(({ offset }) => holds(base, side, offset)?.counted === true);
    const legacy = counted('legacy');
    const candidate = counted('candidate');
    if (legacy.length === 0 && candidate.length === 0) return '';
    // A lone side may have been given up for want of memory: only the row remembers that.
    if ((legacy.length === 0 || candidate.length === 0) && base.was === 'inconclusive') return base.was;
    const alone = judge(legacy, candidate, this.#config.plan, base.type);
    return alone.reason === 'evidence-lost' && base.was !== '' ? base.was : alone.outcome;
  }
}

/**
 * Given up while alone by a row whose events are not all counted: no proof of absence was ever had, and none can be,
 * for the partner may have been given up alone as well, its row hidden behind this one.
 */
function wasGivenUp(pair: Pair): boolean {
  return isLone(pair) && pair.base?.outcome === 'inconclusive';
}
