// How long both sides took to answer: from the recorded input to the first answer, of a sample of ids.
import {
  type DivergenceStore,
  type Experiment,
  Histogram,
  type IdSample,
  type Side,
  type Spread,
} from '@parallax/core';

export interface AnswerLatency {
  readonly output: string;
  readonly side: Side;
  /** Milliseconds by record timestamps; an answer stamped before its input counts as 0. */
  readonly latency: Spread;
}

const IDS_AT_ONCE = 5_000;

/** @param asStored an id as it stands in the rows: masked, if the experiment masks ids */
export async function answerLatencies(
  store: DivergenceStore,
  { name, outputs }: Experiment,
  asked: IdSample<number>,
  asStored: (id: string) => string,
): Promise<readonly AnswerLatency[]> {
  const found: AnswerLatency[] = [];
  const times = new Map(asked.ids().map((id) => [asStored(id), asked.get(id) ?? 0]));
  const ids = [...times.keys()];
  for (const { output } of outputs) {
    const took = { legacy: new Histogram(), candidate: new Histogram() };
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const rows = await store.lookup({ experiment: name, run: 'live', output }, ids.slice(at, at + IDS_AT_ONCE));
      for (const { id, state, legacy_time, candidate_time } of rows) {
        const time = times.get(id);
        if (state === 'provisional' || time === undefined) continue;
        if (legacy_time !== null) took.legacy.add(legacy_time - time);
        if (candidate_time !== null) took.candidate.add(candidate_time - time);
      }
    }
    for (const side of ['legacy', 'candidate'] as const) {
      const latency = took[side].spread();
      if (latency !== undefined) found.push({ output, side, latency });
    }
  }
  return found;
}
