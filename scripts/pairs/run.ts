// Puts a pair's documents through both libraries and compares: without rules, under its rules, and with faults planted.
//
// `node scripts/pairs/run.ts` prints the table of docs/pairs.md; with a pair's name and a folder it writes legacy.ndjson and
// candidate.ndjson there, for `parallax compare`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Experiment,
  type FileSummary,
  FileTally,
  fileSettings,
  judgeGroup,
  parseExperiment,
} from '@parallax/core';
import { textIn } from './documents.ts';
import { handbook } from './handbook/pair.ts';
import type { Pair } from './pair.ts';
import { poms } from './poms/pair.ts';
import { runways } from './runways/pair.ts';

export const PAIRS: readonly Pair[] = [poms, runways, handbook];

/** The day the rules were agreed on, so that what they call known does not depend on the day they are looked at. */
const AGREED = Date.UTC(2026, 10, 23);

export interface Planted {
  readonly about: string;
  /** Documents that have something to break, those of them that diverge, and the ids of the others. */
  readonly planted: number;
  readonly shown: number;
  readonly hidden: readonly string[];
}

export interface PairResult {
  readonly before: FileSummary;
  readonly after: FileSummary;
  readonly planted: readonly Planted[];
}

interface Read {
  readonly id: string;
  readonly legacy: unknown;
  readonly candidate: unknown;
}

/** `keep`: which of its rules hold. */
export async function runPair(
  pair: Pair,
  keep: (rule: { readonly name: string }) => boolean = () => true,
): Promise<PairResult> {
  const whole = experimentOf(pair);
  const experiment = { ...whole, rules: whole.rules.filter(keep) };
  const read = await readAll(pair);
  return {
    before: summary({ ...experiment, rules: [] }, read),
    after: summary(experiment, read),
    planted: pair.regressions.map(({ about, plant }) => {
      const broken = read
        .map((events) => ({ ...events, candidate: plant(events.candidate) }))
        .filter(({ candidate }, i) => JSON.stringify(candidate) !== JSON.stringify(read[i]?.candidate));
      const hidden = compared(experiment, broken).pairs.filter(({ outcome }) => outcome !== 'mismatch');
      return {
        about,
        planted: broken.length,
        shown: broken.length - hidden.length,
        hidden: hidden.map(({ id }) => id),
      };
    }),
  };
}

function experimentOf({ name }: Pair): Experiment {
  const parsed = parseExperiment(textIn(name, 'experiment.yaml'), `${name}/experiment.yaml`, AGREED);
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

function readAll({ documents, legacy, candidate }: Pair): Promise<readonly Read[]> {
  return Promise.all(
    documents.map(async ({ id, text }) => ({ id, legacy: await legacy(text), candidate: await candidate(text) })),
  );
}

function summary(experiment: Experiment, read: readonly Read[]): FileSummary {
  const { pairs, uses, thresholds } = compared(experiment, read);
  const tally = new FileTally();
  for (const pair of pairs) tally.pair(pair);
  return tally.summary(thresholds, uses);
}

function compared(experiment: Experiment, read: readonly Read[]) {
  const { plan, thresholds, typeOf } = fileSettings(experiment, undefined, { now: AGREED });
  const lost = { legacy: false, candidate: false };
  const pairs = read.map(({ id, legacy, candidate }) =>
    judgeGroup(id, [eventOf(legacy)], [eventOf(candidate)], { plan, typeOf, lost }),
  );
  return { pairs, thresholds, uses: plan.tally.uses(experiment.rules) };
}

function eventOf(value: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { timestamp: AGREED, content: { key: null, value: bytes, headers: [] } };
}

/** Markdown. */
export async function table(): Promise<string> {
  const lines = [
    '| pair | documents | differ before | kinds of difference | differ after | agree | known faults | planted faults shown |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const pair of PAIRS) {
    const { before, after, planted } = await runPair(pair);
    const { match, equivalent, known, mismatch } = after.outcomes;
    const sum = (key: 'planted' | 'shown') => planted.reduce((total, one) => total + one[key], 0);
    lines.push(
      `| ${pair.about} | ${pair.documents.length} | ${before.outcomes.mismatch} | ${before.signatures} | ${mismatch} | ${match + equivalent} | ${known} | ${sum('shown')} of ${sum('planted')} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

async function write(pair: Pair, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const read = await readAll(pair);
  for (const side of ['legacy', 'candidate'] as const) {
    const lines = read.map((events) => `${JSON.stringify({ id: events.id, value: events[side] })}\n`);
    writeFileSync(join(folder, `${side}.ndjson`), lines.join(''));
  }
}

if (import.meta.main) {
  const [name, folder] = process.argv.slice(2);
  const pair = PAIRS.find((one) => one.name === name);
  if (name === undefined) process.stdout.write(await table());
  else if (pair !== undefined && folder !== undefined) await write(pair, folder);
  else throw new Error(`Give one of ${PAIRS.map((one) => one.name).join(', ')} and a folder.`);
}
