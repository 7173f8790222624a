// A guess as an experiment file: what was found, how sure it is, and what else it could be, as comments beside each line.
import type { Correlation, Source } from '../envelope/source.ts';
import { formatSource } from '../envelope/source.ts';
import { formatDuration } from '../experiment/units.ts';
import type { Guess, Joined, SeenTopic } from './guess.ts';
import type { SchemaFormat } from './sample.ts';
import { count, printable, scalar, share } from './words.ts';
import { ruleLines } from './writing-rules.ts';

export interface WriteOptions {
  /** The experiment's name, as the file takes it. */
  readonly name: string;
  /** Consumer group of the candidate. */
  readonly group?: string;
  /** Topic both systems read. */
  readonly input?: string;
  /** Where the schemas of what was {@link SeenTopic.writtenAs} are, as the file takes it. */
  readonly registry?: string;
  readonly schemas?: readonly string[];
  /** Who wrote it, when, from where: a comment. */
  readonly heading: string;
}

type OneSided = Extract<Guess, { kind: 'one-sided' }>;
type Written = Joined | OneSided;

/** A name for an experiment about this topic. */
export function experimentName(topic: string): string {
  const name = topic
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'experiment' : name;
}

/** The file's text; it is sound as it is. */
export function writeExperiment(guess: Joined | OneSided, options: WriteOptions): string {
  const lines = [
    ...comment(`${options.heading}`),
    ...comment(
      'Active lines say what the samples leave no doubt about; read the comments, then change what you know better.',
    ),
    ...comment('Every key: docs/experiment.md.'),
    '',
    `experiment: ${options.name}`,
    'question: Does the candidate answer every event as the legacy system does?',
    '# owner: your team',
    '',
    ...(guess.kind === 'joined' ? joinedLines(guess, options) : oneSidedLines(guess, options)),
  ];
  return `${lines.join('\n')}\n`;
}

function joinedLines(guess: Joined, options: WriteOptions): readonly string[] {
  return [
    ...sideLines(guess, options),
    ...inputLines(guess, options),
    ...correlationLines(guess),
    ...typeLines(guess),
    ...formatLines(guess, options),
    ...windowLines(guess),
    ...ruleLines(guess),
  ];
}

function sideLines(guess: Joined, options: WriteOptions): readonly string[] {
  const same = isSame(guess.correlation.legacy, guess.correlation.candidate);
  const side = (name: 'legacy' | 'candidate'): readonly string[] => [
    `# ${seenWords(guess[name])}`,
    `${name}:`,
    `  topic: ${scalar(guess[name].topic)}`,
    ...(same ? [] : [`  correlation: ${correlationText(guess.correlation[name])}`]),
    ...ownFormatLines(guess, name),
    ...(guess.shuffled.includes(name) ? ['  shuffle: true'] : []),
    ...(name === 'candidate' ? groupLines(options) : []),
  ];
  return [...shuffleLines(guess), ...side('legacy'), ...side('candidate'), ''];
}

function groupLines({ group }: WriteOptions): readonly string[] {
  if (group !== undefined) return [`  group: ${scalar(group)}`];
  return ['  # group: its consumer group; with it a slow candidate is not taken for one that does not answer'];
}

/** Where ids do not meet, or nearly so. */
function shuffleLines({ legacy, candidate, meeting, shuffled }: Joined): readonly string[] {
  const apart = meeting.ids - meeting.together;
  if (legacy.partitions === candidate.partitions && apart === 0) return [];
  const partitioner = ({ topic, partitioning: { by, keyed } }: SeenTopic): string => {
    if (keyed === 0) return `${topic}: none, its records have no key`;
    return `${topic}: ${by === undefined ? 'not to be told' : by === 'other' ? 'neither murmur2 nor CRC-32 of the key' : by}`;
  };
  return [
    `# ${count(apart, 'id')} of ${meeting.ids} lie in another partition on the other side; the topics have ${legacy.partitions} and ${candidate.partitions} partitions.`,
    `# Partitioners: ${partitioner(legacy)}; ${partitioner(candidate)}.`,
    shuffled.length > 0
      ? '# Sides that do not meet cannot be joined as they are: `shuffle` keys a side anew by the id (a second copy, in your\n# cluster), by `parallax shuffler FILE` beside the comparator; `parallax start FILE` runs it by itself.'
      : '# So few may be of the time before a topic was changed. If more follow, say `shuffle: true` on a side: it is keyed anew by the id.',
  ];
}

function inputLines(guess: Joined, options: WriteOptions): readonly string[] {
  const { input } = guess;
  if (input === undefined) {
    return [
      '# The topic both systems read: needed to archive it and to feed it to another build.',
      '# input: { topic: … }',
      '',
    ];
  }
  const found = input.correlation;
  const words =
    found === undefined
      ? `None of the ids was found in ${input.topic} (${sampledWords(input)}): say where it carries them.`
      : `${share(input.hits)} of the ids of the legacy side were found here; ${sampledWords(input)}.`;
  return [
    `# ${words}`,
    'input:',
    `  topic: ${scalar(options.input ?? input.topic)}`,
    ...(found === undefined ? ['  # correlation: …'] : [`  correlation: ${correlationText(found)}`]),
    ...inputFormatLines(guess),
    '',
  ];
}

function correlationLines(guess: Joined): readonly string[] {
  const { best, second, alternatives, correlation, matching } = guess;
  const lines = [
    `# Ids: ${count(best.shared, 'id')} found on both sides. Of the time both samples cover, ${share(best.legacyHits)} of the ids of`,
    `# the legacy side are on the candidate's, ${share(best.candidateHits)} the other way round; ${share(best.unique)} of the records have an id of their own.`,
  ];
  if (matching.legacyWithout + matching.candidateWithout > 0) {
    lines.push(
      `# Without an id: ${matching.legacyWithout} records of the legacy side, ${matching.candidateWithout} of the candidate's; they are counted as no-id.`,
    );
  }
  if (second !== undefined) {
    lines.push(
      `# Two parts: the first alone names ${count(second.before, 'thing')}, both together ${second.after}, which have nothing else in common.`,
    );
  }
  for (const { legacy, candidate, legacyHits, unique } of alternatives) {
    const same = legacy.name === candidate.name ? legacy.name : `${legacy.name} = ${candidate.name}`;
    lines.push(`#   also possible: ${printable(same)} (found ${share(legacyHits)}, unique ${share(unique)})`);
  }
  const same = isSame(correlation.legacy, correlation.candidate);
  if (same) lines.push(`correlation: ${correlationText(correlation.legacy)}`);
  else lines.push('# Each side has its own place: `correlation` stands with it above.');
  return [...lines, ''];
}

function typeLines({ type }: Joined): readonly string[] {
  if (type === undefined) return [];
  return [
    `# ${count(type.types, 'type')} seen, the same on both sides of every pair.`,
    `type: ${scalar(type.place.name)}`,
    '',
  ];
}

/** The format both sides share, where it names schemas. */
function sharedFormat({ legacy, candidate }: Written): SchemaFormat | undefined {
  return legacy.writtenAs === candidate.writtenAs ? legacy.writtenAs : undefined;
}

function ownFormatLines(guess: Written, side: 'legacy' | 'candidate'): readonly string[] {
  const own = guess[side].writtenAs;
  return own === undefined || sharedFormat(guess) !== undefined ? [] : [`  format: ${own}`];
}

function inputFormatLines(guess: Joined): readonly string[] {
  const [own, shared] = [guess.input?.writtenAs, sharedFormat(guess)];
  return own === shared ? [] : [`  format: ${own ?? 'json'}`];
}

function schemaLines(guess: Written, { registry, schemas }: WriteOptions): readonly string[] {
  const topics = [
    guess.legacy,
    guess.candidate,
    ...('input' in guess && guess.input !== undefined ? [guess.input] : []),
  ];
  const bySchema = topics.filter(({ writtenAs }) => writtenAs !== undefined);
  if (bySchema.length === 0) return [];
  const shared = sharedFormat(guess);
  return [
    `# Read by schemas: ${bySchema.map(({ topic }) => topic).join(', ')}. Users, tokens and certificates come from the environment.`,
    ...(shared === undefined ? [] : [`format: ${shared}`]),
    ...(registry === undefined ? [] : [`registry: ${scalar(registry)}`]),
    ...(schemas === undefined ? [] : [`schemas: [ ${schemas.map(scalar).join(', ')} ]`]),
    '',
  ];
}

function formatLines(guess: Joined, options: WriteOptions): readonly string[] {
  const { format, legacy, candidate } = guess;
  if (format === 'json') return schemaLines(guess, options);
  const words = ({ topic, payloads: { counts } }: SeenTopic): string =>
    `${topic}: ${counts.json} JSON, ${counts.text} text, ${counts.bytes + counts.registry + counts['single-object']} neither`;
  return [`# Payloads: ${words(legacy)}; ${words(candidate)}. Rules are for JSON only.`, `format: ${format}`, ''];
}

function windowLines({ gaps, window, picking, pick }: Joined): readonly string[] {
  const { several, evenly, agreeing } = picking;
  const first = share(gaps.candidateFirst);
  const lines = [
    `# Measured on ${count(gaps.pairs, 'pair')} by record timestamps: candidate after legacy by ${ms(gaps.p50Ms)} in the middle; apart by ${ms(gaps.p99Ms)} at p99,`,
    `# ${ms(gaps.maxMs)} at most; the candidate is first in ${first}. A gap of hours is a backfill, or a clock, rather than a pace.`,
  ];
  if (window.isCapped) lines.push('# That is longer than waiting is good for, or than records are kept: look at it.');
  lines.push(
    several === 0
      ? '# In the sample every id has one event a side, repeats of the same bytes apart.'
      : `# ${count(several, 'id')} with several events a side, ${ms(gaps.betweenP99Ms)} apart at p99, ${ms(gaps.betweenMaxMs)} at most; ${evenly} with as many on both sides.`,
  );
  if (several > 0) {
    lines.push(
      `# Of them agree: in order (sequence) ${agreeing.sequence}, in any order (set) ${agreeing.set}, the last events only (last) ${agreeing.last}.`,
    );
  }
  return [
    ...lines,
    'window:',
    `  settle: ${formatDuration(window.settleMs)}`,
    `  deadline: ${formatDuration(window.deadlineMs)}`,
    `  late: ${formatDuration(window.lateMs)}`,
    ...(pick === 'sequence' ? [] : [`  pick: ${pick}`]),
    ...(several > 0 && agreeing.last > 2 * Math.max(agreeing.set, agreeing.sequence)
      ? ['  # pick: last         # only if nothing but the last event of an id matters', '  # counts: ignore']
      : []),
    '',
  ];
}

function oneSidedLines(guess: OneSided, options: WriteOptions): readonly string[] {
  const { legacy, candidate, empty, places } = guess;
  const other = empty === 'legacy' ? candidate : legacy;
  const [best, ...others] = places;
  return [
    `# ${empty === 'legacy' ? legacy.topic : candidate.topic} holds no record yet: nothing here was checked against it. Run init again once it does.`,
    'legacy:',
    `  topic: ${scalar(legacy.topic)}   # ${seenWords(legacy)}`,
    ...ownFormatLines(guess, 'legacy'),
    'candidate:',
    `  topic: ${scalar(candidate.topic)}   # ${seenWords(candidate)}`,
    ...ownFormatLines(guess, 'candidate'),
    ...groupLines(options),
    ...(options.input === undefined ? [] : [`input: { topic: ${scalar(options.input)} }`]),
    '',
    ...schemaLines(guess, options),
    `# Guessed from ${other.topic} alone: places that tell its records apart, the likeliest first.`,
    ...others.map(
      ({ name, records, present }) => `#   also possible: ${printable(name)} (${uniqueWords(records.size, present)})`,
    ),
    ...(best === undefined
      ? ['# There is none; say where the id stands.', '# correlation: …']
      : [`correlation: ${scalar(best.name)}   # ${uniqueWords(best.records.size, best.present)}`]),
  ];
}

function uniqueWords(ids: number, records: number): string {
  return `${count(ids, 'id')} in ${records} records`;
}

function seenWords(topic: SeenTopic): string {
  return `${count(topic.partitions, 'partition')}, ${sampledWords(topic)}, ${topic.writtenAs === undefined ? topic.payloads.kind : 'read by schemas'}`;
}

function sampledWords({ sampled, held }: SeenTopic): string {
  return sampled >= held ? `all ${held} records read` : `${sampled} of about ${held} records read`;
}

function correlationText(correlation: Correlation): string {
  const part = ([source]: readonly Source[]): string => (source === undefined ? '' : scalar(formatSource(source)));
  const [first = []] = correlation;
  return correlation.length === 1 ? part(first) : `[ ${correlation.map(part).join(', ')} ]`;
}

function isSame(one: Correlation, other: Correlation): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function comment(text: string): readonly string[] {
  return text.split('\n').map((line) => `# ${printable(line)}`);
}

function ms(value: number): string {
  if (Number.isNaN(value)) return 'nothing';
  const [size, unit] =
    Math.abs(value) < 10_000 ? [1, 'ms'] : Math.abs(value) < 600_000 ? [1_000, 's'] : [60_000, 'min'];
  return `${Math.round(Number(value) / Number(size)).toLocaleString('en')} ${unit}`;
}
