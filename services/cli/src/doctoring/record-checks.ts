// What the records themselves show: whether both sides meet, how they are written, and how clocks stand.
import {
  type EventLog,
  type Experiment,
  formatDuration,
  formatSize,
  isPlacedById,
  matchSamples,
  meetingOf,
  type OutputPlan,
  partitioningOf,
  type SampledTopic,
  SIDES,
  type Side,
  shuffleCure,
  sidesToShuffle,
  spanOf,
} from '@parallax/core';
import type { KafkaInspection, OpenedSchemas } from '@parallax/platform';
import { counted } from '../output/amount.ts';
import { progress } from '../output/progress.ts';
import { asDocuments } from '../sampling/documents.ts';
import { sampleTopics } from '../sampling/sample-topics.ts';
import type { Check, Finding } from './finding.ts';
import { formatFindings, unreadFindings } from './format-findings.ts';
import { isShuffledOutput, rolesOf } from './subject.ts';

const SAMPLE = { records: 2_000, bytes: 64 * 1024 * 1024, ms: 20_000 };
const SAMPLE_PATIENCE_MS = 45_000;
const AHEAD_MS = 10_000;
/** In so many records, more than so many of one id are remarkable. */
const FEWEST_EVENTS = 20;
const MOST_EVENTS_AN_ID = 10;

/** @param now the clock of this machine, epoch milliseconds */
export function recordChecks(
  log: EventLog,
  inspection: KafkaInspection | undefined,
  experiment: Experiment,
  now: () => number,
  schemas: OpenedSchemas,
): readonly Check[] {
  const checks = experiment.outputs.map(
    (output): Check => ({
      area: 'records',
      what: `The records of ${output.output}`,
      patienceMs: SAMPLE_PATIENCE_MS,
      look: async () => {
        const topics = [output.legacy.topic, output.candidate.topic];
        const samples = await sampleTopics(log, topics, SAMPLE, progress());
        const [legacy, candidate] = topics.map((topic) => samples.get(topic));
        if (legacy === undefined || candidate === undefined) return [];
        const left = await asDocuments(legacy, output.legacy, schemas.legacy, experiment);
        const right = await asDocuments(candidate, output.candidate, schemas.candidate, experiment);
        return [
          ...unreadFindings(left),
          ...unreadFindings(right),
          ...outputFindings(output, left.sample, right.sample, experiment, now()),
        ];
      },
    }),
  );
  if (inspection === undefined) return checks;
  const outputs = rolesOf(experiment).flatMap(({ topic, side }) => (side === undefined ? [] : [topic]));
  return [
    ...checks,
    { area: 'records', what: 'Open transactions', look: () => transactions(log, inspection, outputs) },
    ...outputs.map(
      (topic): Check => ({
        area: 'records',
        what: `How ${topic} is packed`,
        look: () => packing(log, inspection, topic, experiment.budgets.payloadBytes),
      }),
    ),
  ];
}

export function outputFindings(
  output: OutputPlan,
  legacy: SampledTopic,
  candidate: SampledTopic,
  { window }: Experiment,
  now: number,
): readonly Finding[] {
  const area = 'records';
  const empty = [legacy, candidate].filter(({ records }) => records.length === 0);
  const findings: Finding[] = empty.map(({ topic }) => ({
    area,
    level: 'warning',
    says: `${topic} holds no record yet.`,
    means: 'Whether its ids are found, and meet those of the other side, could not be seen.',
    cure: 'Ask again when it does.',
    code: 'empty-topic',
  }));
  for (const { topic, records } of [legacy, candidate]) {
    const ahead = spanOf(records).to - now;
    if (ahead > AHEAD_MS) {
      findings.push({
        area,
        level: 'warning',
        says: `Stamps of ${topic} are up to ${approximately(ahead)} ahead of this machine's clock.`,
        means: 'Nothing is called missing for it; but pairs settle later, and latencies are wrong.',
        cure: 'Set the clocks of the producers (NTP), or of this machine.',
        code: 'clock-ahead',
      });
    }
  }
  findings.push(...formatFindings(output, { legacy, candidate }));
  if (empty.length > 0) return findings;
  const sides = { legacy: output.legacy.correlation, candidate: output.candidate.correlation };
  const matching = matchSamples(legacy.records, candidate.records, sides);
  for (const side of SIDES) {
    const sample = side === 'legacy' ? legacy : candidate;
    const without = side === 'legacy' ? matching.legacyWithout : matching.candidateWithout;
    if (without === 0) continue;
    findings.push({
      area,
      level: without > sample.records.length / 2 ? 'problem' : 'warning',
      says: `${without} of ${sample.records.length} sampled records of ${sample.topic} have no id where the experiment looks for it.`,
      means: 'They are counted as no-id or undecodable, and not compared.',
      cure: `Correct \`correlation\`; parallax init --legacy ${legacy.topic} --candidate ${candidate.topic} guesses it.`,
      code: 'no-id',
    });
  }
  findings.push(...repeatFindings(legacy, matching.legacyIds, matching.legacyWithout));
  findings.push(...repeatFindings(candidate, matching.candidateIds, matching.candidateWithout));
  const meeting = meetingOf(matching.matched);
  const ids = `${legacy.topic} and ${candidate.topic}`;
  if (meeting.ids === 0) {
    return [
      ...findings,
      {
        area,
        level: 'warning',
        says: `None of ${matching.legacyIds} and ${matching.candidateIds} sampled ids of ${ids} is on both sides.`,
        means: 'As it stands every event would be missing on the other side.',
        cure: 'Do both systems answer the same events, and does `correlation` name the right places?',
        code: 'no-join',
      },
    ];
  }
  const apart = meeting.ids - meeting.together;
  const how = [legacy, candidate].map((sample) => `${sample.topic}: ${partitionerOf(sample)}`).join('; ');
  if (apart === 0 || isShuffledOutput(output)) {
    findings.push({
      area,
      level: 'ok',
      says: `${meeting.ids} sampled ids are on both sides of ${output.output}${apart === 0 ? ', each in the same partition of both' : '; `shuffle` brings them together'}. Partitioners: ${how}.`,
    });
  } else {
    findings.push({
      area,
      level: 'problem',
      says: `${apart} of ${meeting.ids} sampled ids of ${output.output} lie in another partition on the other side. Partitioners: ${how}.`,
      means: 'They can never meet as they are.',
      cure: shuffleCure(toShuffle(output, legacy, candidate, meeting)),
      code: 'split-ids',
    });
  }
  return [...findings, ...gapFindings(matching.matched, window)];
}

/** Where one place holds a customer or a tenant, all that was answered to it becomes one pair. */
function repeatFindings({ topic, records }: SampledTopic, ids: number, without: number): readonly Finding[] {
  const events = records.length - without;
  if (events < FEWEST_EVENTS || events / ids <= MOST_EVENTS_AN_ID) return [];
  return [
    {
      area: 'records',
      level: 'warning',
      says: `${events} sampled records of ${topic} carry ${counted(ids, 'id')}.`,
      means: 'All events of an id are one pair, and judged only once they have ceased.',
      cure: 'If what `correlation` names is not of one event but of a customer, say, name another place, or a composite id such as correlation: [ key, path:/order ].',
      code: 'few-ids',
    },
  ];
}

/** Few that lie apart may be of the time before a topic was changed: then it is either side. */
function toShuffle(
  output: OutputPlan,
  legacy: SampledTopic,
  candidate: SampledTopic,
  meeting: ReturnType<typeof meetingOf>,
): readonly Side[] {
  const isPlaced = ({ records, partitions }: SampledTopic, side: Side) =>
    isPlacedById(records, partitions, output[side].correlation);
  const sides = sidesToShuffle(
    meeting,
    { legacy: legacy.partitions, candidate: candidate.partitions },
    { legacy: isPlaced(legacy, 'legacy'), candidate: isPlaced(candidate, 'candidate') },
  );
  return sides.length === 0 ? ['candidate'] : sides;
}

function gapFindings(
  matched: ReturnType<typeof matchSamples>['matched'],
  { deadlineMs }: Experiment['window'],
): readonly Finding[] {
  const gaps = matched
    .map(({ legacy, candidate }) => (candidate[0]?.timestamp ?? 0) - (legacy[0]?.timestamp ?? 0))
    .toSorted((a, b) => a - b);
  const middle = gaps[Math.floor(gaps.length / 2)] ?? 0;
  const most = Math.max(...gaps.map(Math.abs));
  const findings: Finding[] = [];
  if (middle < -1_000) {
    findings.push({
      area: 'records',
      level: 'note',
      says: `By its stamps the candidate answers ${approximately(-middle)} before legacy.`,
      means: "It is faster, or its clock is behind, or legacy's ahead. Absence does not rest on stamps.",
    });
  }
  if (most > deadlineMs) {
    findings.push({
      area: 'records',
      level: 'warning',
      says: `The two sides of an id are up to ${approximately(most)} apart by their stamps; deadline is ${formatDuration(deadlineMs)}.`,
      means: 'If they really arrive that far apart, events are called missing first and revised later.',
      cure: 'Set a longer deadline, unless one side was filled in later.',
      code: 'deadline',
    });
  }
  return findings;
}

function partitionerOf(sample: SampledTopic): string {
  const { by, keyed } = partitioningOf(sample);
  if (keyed === 0) return 'no keys';
  return by === undefined ? 'not to be told' : by === 'other' ? 'neither murmur2 nor CRC-32 of the key' : by;
}

async function transactions(
  log: EventLog,
  inspection: KafkaInspection,
  topics: readonly string[],
): Promise<readonly Finding[]> {
  const ends = await log.extents(topics);
  const stable = new Map((await inspection.stableEnds(topics)).map((at) => [`${at.topic} ${at.partition}`, at.offset]));
  return ends
    .filter(({ topic, partition, end }) => (stable.get(`${topic} ${partition}`) ?? end) < end)
    .map(({ topic, partition, end }): Finding => {
      const from = stable.get(`${topic} ${partition}`) ?? end;
      return {
        area: 'records',
        level: 'warning',
        says: `A transaction is open in partition ${partition} of ${topic} from offset ${from} on; ${end - from} records wait behind its beginning.`,
        means: 'Nothing behind it is read until it ends; what waits is inconclusive, not missing.',
        cure: 'Usual while a producer works. If it stays, look at the producer: kafka-transactions.sh find-hanging.',
        code: 'open-transaction',
      };
    });
}

async function packing(
  log: EventLog,
  inspection: KafkaInspection,
  topic: string,
  payloadBytes: number,
): Promise<readonly Finding[]> {
  const [facts] = await inspection.topics([topic]);
  const most = Number(facts?.settings?.get('max.message.bytes') ?? 0);
  const findings: Finding[] = [];
  if (most > payloadBytes) {
    findings.push({
      area: 'records',
      level: 'warning',
      says: `${topic} takes batches of ${formatSize(most)}; payloads above ${formatSize(payloadBytes)} (budgets.payloadBytes) are not compared.`,
      means: 'Such events are inconclusive.',
      cure: 'Raise budgets.payloadBytes if such payloads are usual.',
    });
  }
  const held = (await log.extents([topic])).find(({ start, end }) => end > start);
  if (held === undefined) return findings;
  const batches = await inspection.batches(topic, held.partition, Math.max(held.start, held.end - 1_000));
  const codecs = [...new Set(batches.map(({ codec }) => codec))].join(', ');
  const transactional = batches.some(({ isTransactional }) => isTransactional) ? ', by transactions' : '';
  if (batches.length > 0) {
    findings.push({
      area: 'records',
      level: 'ok',
      says: `${topic} is written with compression ${codecs}${transactional}.`,
    });
  }
  return findings;
}

function approximately(ms: number): string {
  return ms < 10_000
    ? `${Math.round(ms)} ms`
    : ms < 600_000
      ? `${Math.round(ms / 1_000)} s`
      : `${Math.round(ms / 60_000)} min`;
}
