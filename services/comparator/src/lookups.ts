// Asks the store for rows of ids: all joins of an output together, one question in flight, and not for every few ids.
import type { Join, PairRow, PairScope } from '@parallax/core';
import type { QuestionsAround } from './questions.ts';

/** Ids of one join in a question, and of one question. */
const LOOKUPS = 2000;
const ENOUGH = 8000;
/** Questions to all joins in a row before other work is done. */
const ROUNDS = 20;
/**
 * A question costs the store about as much as a thousand ids do (10 to 20 ms), so that asking for the few that every turn
 * brings would cost more than all rows: after questions of fewer ids it rests, for so many times as long as they took.
 */
const MANY = 1000;
const RESTS = 19;
const LONGEST_REST_MS = 1000;

export type LookupsAround = Pick<QuestionsAround, 'store' | 'now' | 'crash' | 'patiently'>;

/** What is needed of a join that asks. */
export interface Asking extends Pick<Join, 'takeLookups' | 'answer'> {
  readonly config: PairScope;
}

export class Lookups {
  readonly #around: LookupsAround;
  #endedAt = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  constructor(around: LookupsAround) {
    this.#around = around;
  }

  /**
   * Some ids of each join; goes on while there are more, for after a restart a million may wait.
   * @param isLast nothing else is left to do: waiting would gather no more ids
   */
  async answer(joins: readonly Asking[], mayGoOn: () => boolean, isLast = false): Promise<void> {
    const began = this.#around.now();
    const since = began - this.#endedAt;
    if (!isLast && since >= 0 && since < this.#restMs) return;
    let ids = 0;
    let questions = 0;
    for (let rounds = 0; rounds < ROUNDS; rounds++) {
      const asked = await this.#round(joins);
      if (asked.ids === 0) break;
      ids += asked.ids;
      questions += asked.questions;
      if (!mayGoOn()) break;
    }
    if (questions === 0) return;
    this.#endedAt = this.#around.now();
    this.#restMs = ids >= MANY * questions ? 0 : Math.min(LONGEST_REST_MS, RESTS * (this.#endedAt - began));
  }

  async #round(joins: readonly Asking[]): Promise<{ ids: number; questions: number }> {
    const asked = { ids: 0, questions: 0 };
    for (let from = 0; from < joins.length; ) {
      const output = joins[from]?.config.output;
      const asking = new Map<Asking, readonly string[]>();
      const ids: string[] = [];
      for (; joins[from]?.config.output === output && from < joins.length && ids.length < ENOUGH; from++) {
        const join = joins[from] as Asking;
        const own = join.takeLookups(LOOKUPS);
        if (own.length === 0) continue;
        asking.set(join, own);
        for (const id of own) ids.push(id);
      }
      if (ids.length === 0) continue;
      asked.ids += ids.length;
      asked.questions++;
      await this.#ask(asking, ids);
    }
    return asked;
  }

  /** `asking`: joins of one output. */
  async #ask(asking: ReadonlyMap<Asking, readonly string[]>, ids: readonly string[]): Promise<void> {
    const { store, patiently, crash, now } = this.#around;
    const [first] = asking.keys();
    if (first === undefined) return;
    const { experiment, run, output } = first.config;
    const rows = await patiently<readonly PairRow[]>(() => store.lookup({ experiment, run, output }, ids));
    crash.reach('comparator.after-lookup');
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const [join, own] of asking) {
      const found = own.map((id) => byId.get(id)).filter((row) => row !== undefined);
      join.answer(own, found, now());
    }
  }
}
