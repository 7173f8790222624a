// Noise from files of events: legacy's, its twin's and the candidate's, compared here.
import {
  assumeTwin,
  BARE_RUN,
  type Experiment,
  experimentOfRun,
  Fault,
  type FileSettings,
  FileTally,
  fileSettings,
  generalise,
  inOrder,
  type Matched,
  type Means,
  type NoiseSide,
  NoiseTally,
  type SampledRecord,
  SIDES,
  type Side,
  TWIN_RUN,
} from '@parallax/core';
import { comparePairs } from '../comparing/compare-files.ts';
import type { EventFile } from '../comparing/event-file.ts';
import { openEvents } from '../comparing/open-events.ts';
import { asInFiles, schemasOf } from '../comparing/schemas-of-files.ts';
import { callerPath } from '../config.ts';
import { ofDocuments, pairsAsDocuments } from './as-documents.ts';
import type { FoundNoise } from './from-store.ts';

/** Pairs kept with their payloads, of each place and in all. */
const EACH = 400;
const MOST = 2_000;

export interface NoiseFiles {
  readonly legacy: string;
  readonly twin: string;
  /** Absent: only how often legacy differs from itself is counted. */
  readonly candidate?: string;
}

/**
 * @param path of the experiment file: its schema files are relative to it
 * @throws Fault `output-unknown`, `file-not-found` and others of files, `events-unusable`; as schema registries do
 */
export async function noiseFromFiles(
  given: Experiment,
  path: string,
  files: NoiseFiles,
  output: string | undefined,
  means: Means,
): Promise<FoundNoise> {
  const experiment = assumeTwin(given);
  const tally = new NoiseTally();
  const [twin, bare] = [experimentOfRun(experiment, TWIN_RUN), experimentOfRun(experiment, BARE_RUN)];
  const around = { path, output, means, tally };
  const aa = await sampled('aa', twin, { legacy: files.legacy, candidate: files.twin }, around);
  const { candidate } = files;
  const ab = candidate === undefined ? [] : (await sampled('ab', bare, { ...files, candidate }, around)).pairs;
  return {
    experiment: ofDocuments(experiment),
    counted: {
      counts: tally.counts(),
      aaPairs: tally.pairs.aa,
      abPairs: tally.pairs.ab,
      abRuns: { [aa.output]: BARE_RUN },
      full: tally.cut.aa + tally.cut.ab,
    },
    samples: [{ output: aa.output, aa: aa.pairs, ab }],
  };
}

interface Around {
  readonly path: string;
  readonly output: string | undefined;
  readonly means: Means;
  readonly tally: NoiseTally;
}

async function sampled(
  side: NoiseSide,
  compared: Experiment,
  shown: Readonly<Record<Side, string>>,
  { path, output, means, tally }: Around,
): Promise<{ readonly output: string; readonly pairs: readonly Matched[] }> {
  const paths = { legacy: callerPath(shown.legacy), candidate: callerPath(shown.candidate) };
  const experiment = asInFiles(compared, paths);
  const schemas = await schemasOf(experiment, path, paths);
  const settings = fileSettings(experiment, output, { ...means, schemas });
  const { output: name } = settings.plan.spec;
  const chosen = withFiles(shown, settings, (files) => count(side, files, settings, tally));
  const pairs = withFiles(shown, settings, (files) => gather(files, settings, chosen));
  const plan = experiment.outputs.find((one) => one.output === name);
  if (plan === undefined) return { output: name, pairs };
  return { output: name, pairs: await pairsAsDocuments(pairs, plan, schemas, experiment) };
}

/** Counts all pairs; answers with the ids of those to be looked at. */
function count(
  side: NoiseSide,
  files: Readonly<Record<Side, EventFile>>,
  settings: FileSettings,
  tally: NoiseTally,
): ReadonlySet<string> {
  const chosen = new Set<string>();
  const perPattern = new Map<string, number>();
  const { output, budgets } = settings.plan.spec;
  const pairs = comparePairs(
    {
      files,
      ...settings,
      maskId: (id) => id,
      unusable: (file, place, why) => {
        throw new Fault(`${file.shown}:${place}: ${why}`, {
          code: 'events-unusable',
          cure: '`parallax compare` tells all of them; leave them out, and measure again.',
        });
      },
      progress: () => undefined,
    },
    new FileTally(),
  );
  for (const { id, outcome, differences } of pairs) {
    if (outcome === 'inconclusive' || outcome === 'missing-legacy' || outcome === 'missing-candidate') continue;
    tally.pair(side, output, differences, budgets.differencesPerPair);
    for (const pattern of new Set(differences.map(({ path }) => generalise(path)))) {
      const known = perPattern.get(pattern) ?? 0;
      if (known >= EACH || chosen.size >= MOST) continue;
      perPattern.set(pattern, known + 1);
      chosen.add(id);
    }
  }
  return chosen;
}

function gather(
  files: Readonly<Record<Side, EventFile>>,
  settings: FileSettings,
  chosen: ReadonlySet<string>,
): readonly Matched[] {
  const of = (side: Side): ReadonlyMap<string, readonly SampledRecord[]> => {
    const events = new Map<string, SampledRecord[]>();
    files[side].scan({
      event({ id, timestamp, place }, content) {
        const correlated = id === undefined ? settings.correlate[side](content()) : { kind: 'id' as const, id };
        if (correlated.kind !== 'id' || !chosen.has(correlated.id)) return;
        const { key, value, headers } = content();
        const own = events.get(correlated.id) ?? [];
        events.set(correlated.id, own);
        // A content is valid until the next one is read.
        own.push({
          key: key?.slice() ?? null,
          value: value?.slice() ?? null,
          headers,
          partition: 0,
          offset: place,
          timestamp,
        });
      },
      unreadable: () => undefined,
      progress: () => undefined,
    });
    return events;
  };
  const [legacy, candidate] = [of('legacy'), of('candidate')];
  return [...legacy].flatMap(([id, events]) => {
    const others = candidate.get(id);
    if (others === undefined) return [];
    return [{ id: settings.maskId(id), legacy: inOrder(events), candidate: inOrder(others) }];
  });
}

function withFiles<T>(
  shown: Readonly<Record<Side, string>>,
  settings: FileSettings,
  work: (files: Readonly<Record<Side, EventFile>>) => T,
): T {
  const files: Partial<Record<Side, EventFile>> = {};
  try {
    const open = (side: Side): EventFile => {
      const file = openEvents(callerPath(shown[side]), shown[side], settings.plan.spec, settings.payload[side]);
      files[side] = file;
      return file;
    };
    return work({ legacy: open('legacy'), candidate: open('candidate') });
  } finally {
    for (const side of SIDES) files[side]?.close();
  }
}
