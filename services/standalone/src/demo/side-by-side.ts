// Build A's run and build B's replay, document by document: what was fixed, what remains, what is new.
import { type DivergenceStore, type Experiment, type Outcome, standing } from '@parallax/core';
import { readPairs } from '@parallax/platform';
import { onePerPattern } from './answers.ts';
import { REPLAY_RUN } from './settings.ts';
import type { SignatureExample } from './story/answer.ts';
import type { Fate, SideBySide } from './story/builds.ts';

const EXAMPLES = 2;

interface Judged {
  readonly id: string;
  readonly a: Outcome | '';
  readonly b: Outcome | '';
}

type Outcomes = SideBySide['a']['outcomes'];

export async function readSideBySide(
  store: DivergenceStore,
  experiment: Experiment,
  outcomesA: Outcomes,
  outcomesB: Outcomes,
): Promise<SideBySide> {
  const rows = await judged(store, experiment.name);
  const agrees = (outcome: Outcome | '') => outcome !== '' && ['agreed', 'accepted'].includes(standing(outcome));
  const diverges = (outcome: Outcome | '') => outcome !== '' && standing(outcome) === 'diverged';
  const both = rows.filter(({ a, b }) => (agrees(a) || diverges(a)) && (agrees(b) || diverges(b)));
  const onlyB = rows.filter(({ a }) => !agrees(a) && !diverges(a));
  const fate = (members: readonly Judged[], run: string) => withExamples(store, experiment.name, members, run);
  return {
    a: { name: 'build A', run: 'live', outcomes: outcomesA },
    b: { name: 'build B', run: REPLAY_RUN, outcomes: outcomesB },
    fixed: await fate(
      both.filter(({ a, b }) => diverges(a) && agrees(b)),
      'live',
    ),
    remaining: await fate(
      both.filter(({ a, b }) => diverges(a) && diverges(b)),
      REPLAY_RUN,
    ),
    introduced: await fate(
      both.filter(({ a, b }) => agrees(a) && diverges(b)),
      REPLAY_RUN,
    ),
    steady: both.filter(({ a, b }) => agrees(a) && agrees(b)).length,
    onlyB: { agreed: onlyB.filter(({ b }) => agrees(b)).length, diverged: onlyB.filter(({ b }) => diverges(b)).length },
    places: await places(store, experiment.name),
  };
}

async function judged(store: DivergenceStore, experiment: string): Promise<readonly Judged[]> {
  const rows = await store.query(
    `SELECT id, anyIf(outcome, run = 'live') AS a, anyIf(outcome, run = {run:String}) AS b FROM pairs
     WHERE experiment = {experiment:String} AND run IN ('live', {run:String}) AND state != 'provisional'
     GROUP BY id ORDER BY id`,
    { experiment, run: REPLAY_RUN },
  );
  return rows.map(({ id, a, b }) => ({ id: String(id), a: String(a) as Outcome | '', b: String(b) as Outcome | '' }));
}

/** Of the documents judged in both runs: how many differ at each place, headings' items and the like together. */
async function places(store: DivergenceStore, experiment: string): Promise<SideBySide['places']> {
  const rows = await store.query(
    `SELECT pattern, uniqExactIf(id, run = 'live') AS a, uniqExactIf(id, run = {run:String}) AS b FROM differences
     WHERE experiment = {experiment:String} AND run IN ('live', {run:String}) AND rule = '' AND id IN
       (SELECT id FROM pairs WHERE experiment = {experiment:String} AND run = 'live' AND state != 'provisional')
     GROUP BY pattern ORDER BY greatest(a, b) DESC, pattern`,
    { experiment, run: REPLAY_RUN },
  );
  return rows.map(({ pattern, a, b }) => ({ pattern: String(pattern), a: Number(a), b: Number(b) }));
}

/** The first members with a difference each, as this run has it: short ones say more than long ones. */
async function withExamples(
  store: DivergenceStore,
  experiment: string,
  members: readonly Judged[],
  run: string,
): Promise<Fate> {
  const examples = [];
  for (const { id } of members.slice(0, EXAMPLES)) {
    const [pair] = await readPairs(store, { id, experiment, run });
    const difference = shortest(onePerPattern(pair?.differences ?? []));
    examples.push({ document: id, ...(difference === undefined ? {} : { difference }) });
  }
  return { count: members.length, examples };
}

function shortest(differences: readonly SignatureExample[]): SignatureExample | undefined {
  const length = ({ legacy, candidate }: SignatureExample) => (legacy ?? '').length + (candidate ?? '').length;
  return [...differences].sort((x, y) => length(x) - length(y))[0];
}
