// What of the stored traffic is fed, and how: the options `replay` and `replayer` share, and those of a whole replay.
import { Fault } from '@parallax/core';
import { parseDuration, type ReplayFlags } from '@parallax/replayer';
import { type Command, Option } from 'commander';

/** Beyond those of {@link ReplayFlags}. */
export interface RunFlags extends ReplayFlags {
  readonly warmUp?: string;
  readonly candidateOutput?: readonly string[];
  readonly allowTarget?: readonly string[];
  readonly stopAfterDivergences?: string;
  readonly stopAfter?: string;
  readonly loop?: string;
  readonly ramp?: string;
}

const again = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Which recorded inputs, and at which pace. */
export function withFeedingOptions(command: Command): Command {
  return command
    .option('--pace <pace>', 'flat-out, as-recorded, 10x, or 200/s', 'flat-out')
    .option('--idle <time>', 'recorded time without inputs goes by in this time at most, such as 1s')
    .option('--rate <rate>', 'at most so many inputs a second, such as 200/s, at any pace')
    .option('--from <time>', 'inputs recorded at or after this time (ISO 8601)')
    .option('--to <time>', 'inputs recorded before this time')
    .option('--type <type>', 'ids with an input of this type; may be repeated', again)
    .option('--key <text>', 'ids with an input of this key; may be repeated', again)
    .option('--header <name[=value]>', 'ids with an input that has this header; repeated: all of them', again)
    .option('--id <id>', 'this id; may be repeated', again)
    .option('--share <percent>', 'so many of the entities, such as 1%: the same ones every time')
    .option('--by <what>', 'what an entity is: key (the default), id, header:NAME or path:/POINTER')
    .option('--outcome <outcomes>', 'ids that came out like this in run --in, such as mismatch,missing-candidate')
    .option('--signature <signature>', 'ids that diverged like this in run --in; may be repeated', again)
    .option('--in <run>', 'the run --outcome and --signature speak of (live); alone: what diverged in it');
}

export function withRunOptions(command: Command): Command {
  return command
    .option('--warm-up <time>', 'feed so much recorded time before --from, too, and do not judge it')
    .option('--candidate-output <[output=]topic>', 'where the build answers; default: OUTPUT.replay.RUN', again)
    .addOption(
      new Option('--allow-target <pattern>', 'take this topic, which is not named after the run')
        .env('PARALLAX_REPLAY_ALLOW')
        .argParser(again),
    )
    .option('--stop-after-divergences <n>', 'pause once so many events diverge')
    .option('--stop-after <time>', 'pause after this time, such as 10m')
    .option(
      '--ramp <rates>',
      'ever faster until the build is left behind: 1x..20x, 100/s..2000/s; +100/s a step, :2m each; see `parallax load`',
    )
    .option('--loop <n>', 'again and again, `forever` or so many times: runs NAME-1, NAME-2, …');
}

/** By output; the only one where no output is named. */
export function candidateTopics(
  given: readonly string[] | undefined,
  outputs: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.map((text) => {
      const [topic = '', output] = text.split('=').reverse();
      if (output !== undefined) return [output, topic];
      const [only, ...more] = outputs;
      if (only === undefined || more.length > 0) {
        throw new Fault(`--candidate-output is '${text}', and there are ${outputs.length} outputs.`, {
          code: 'bad-arguments',
          cure: `Say which: ${outputs.map((one) => `${one}=TOPIC`).join(', ')}.`,
        });
      }
      return [only, topic];
    }),
  );
}

export function warmUpOf({ warmUp }: RunFlags): number | undefined {
  return warmUp === undefined ? undefined : parseDuration('--warm-up', warmUp);
}

export function stopRulesOf({ stopAfter, stopAfterDivergences }: RunFlags): {
  readonly divergences?: number;
  readonly afterMs?: number;
} {
  return {
    ...(stopAfterDivergences === undefined
      ? {}
      : { divergences: wholeNumber('--stop-after-divergences', stopAfterDivergences) }),
    ...(stopAfter === undefined ? {} : { afterMs: parseDuration('--stop-after', stopAfter) }),
  };
}

/** Names of the rounds, one after the other; the run's own without --loop. @throws Fault `bad-arguments` */
export function* roundsOf(run: string, loop: string | undefined): Generator<string> {
  if (loop === undefined) {
    yield run;
    return;
  }
  const rounds = loop === 'forever' ? Number.POSITIVE_INFINITY : wholeNumber('--loop', loop);
  for (let round = 1; round <= rounds; round++) yield `${run}-${round}`;
}

/** Of PARALLAX_REPLAY_ALLOW, several are separated by commas. */
export function allowedTargets({ allowTarget }: RunFlags): readonly string[] {
  return (allowTarget ?? []).flatMap((text) => text.split(',')).filter((pattern) => pattern !== '');
}

function wholeNumber(flag: string, given: string): number {
  const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (number > 0) return number;
  throw new Fault(`${flag} is '${given}'.`, { code: 'bad-arguments', cure: 'Give a whole number from 1 on.' });
}
