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
import { callerPath } from '../config.ts';
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

/** @throws Fault `output-unknown`, `file-not-found` and others of files, `events-unusable` */
export function noiseFromFiles(
  given: Experiment,
  files: NoiseFiles,
  output: string | undefined,
  means: Means,
): FoundNoise & { readonly experiment: Experiment } {
  const experiment = assumeTwin(given);
  const twin = experimentOfRun(experiment, TWIN_RUN);
  const bare = experimentOfRun(experiment, BARE_RUN);
  const settings = { aa: fileSettings(twin, output, means), ab: fileSettings(bare, output, means) };
  const name = settings.aa.plan.spec.output;
  const tally = new NoiseTally();
  const aa = sampled('aa', files.legacy, files.twin, settings.aa, tally);
  const ab = files.candidate === undefined ? [] : sampled('ab', files.legacy, files.candidate, settings.ab, tally);
  return {
    experiment,
    counted: {
      counts: tally.counts(),
      aaPairs: tally.pairs.aa,
      abPairs: tally.pairs.ab,
      abRuns: { [name]: BARE_RUN },
      full: tally.cut.aa + tally.cut.ab,
    },
    samples: [{ output: name, aa, ab }],
  };
}

function sampled(
  side: NoiseSide,
  legacy: string,
  other: string,
  settings: FileSettings,
  tally: NoiseTally,
): readonly Matched[] {
  const chosen = withFiles(legacy, other, settings, (files) => count(side, files, settings, tally));
  return withFiles(legacy, other, settings, (files) => gather(files, settings, chosen));
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
  legacy: string,
  other: string,
  settings: FileSettings,
  work: (files: Readonly<Record<Side, EventFile>>) => T,
): T {
  const files: Partial<Record<Side, EventFile>> = {};
  try {
    const open = (side: Side, shown: string): EventFile => {
      const file = openEvents(callerPath(shown), shown, settings.plan.spec, settings.payload[side]);
      files[side] = file;
      return file;
    };
    return work({ legacy: open('legacy', legacy), candidate: open('candidate', other) });
  } finally {
    for (const side of SIDES) files[side]?.close();
  }
}
