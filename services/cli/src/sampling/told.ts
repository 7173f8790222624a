// What `parallax init` says about what it saw, and what to do where it could not guess.
import { Fault, type Guess, type Joined, type SeenTopic } from '@parallax/core';
import { counted } from '../output/amount.ts';

type Unguessed = Exclude<Guess, { kind: 'joined' } | { kind: 'one-sided' }>;

/** Why there is nothing to write. */
export function whyNot(guess: Unguessed): Fault {
  const { legacy, candidate } = guess;
  const saw = `${seen(legacy)}; ${seen(candidate)}`;
  switch (guess.kind) {
    case 'empty':
      return new Fault(`Neither topic holds a record: ${saw}.`, {
        code: 'init-empty',
        cure: 'Let both systems answer some real events, then call init again; `parallax topics` shows what a log holds.',
      });
    case 'registry': {
      const names = guess.sides.map((side) => guess[side].topic).join(' and ');
      return new Fault(`The payloads of ${names} are framed by a schema registry (Avro, Protobuf): ${saw}.`, {
        code: 'init-registry',
        cure: 'What they hold cannot be sampled without their schemas. Write an experiment by hand with `format: avro` and `registry:` (docs/formats.md); `parallax doctor` reads samples by it.',
      });
    }
    case 'no-match': {
      const places = (side: 'legacy' | 'candidate') => {
        const told = guess.places[side].map(
          ({ name, records, present }) => `${printable(name)} (${records.size} ids in ${counted(present, 'record')})`,
        );
        return `${guess[side].topic}: ${told.length === 0 ? 'no place that tells records apart' : told.join(', ')}`;
      };
      return new Fault(
        `No place of one side holds ids that stand on the other: ${saw}.\n  Looked at, the likeliest first, ${places('legacy')}\n  ${places('candidate')}`,
        {
          code: 'init-no-match',
          cure: 'Do both systems answer the same events, at the same time? A larger --sample reaches further back. If one side carries no id, let it pass a header of its input on.',
        },
      );
    }
  }
}

/** A few lines for the person, on stderr. */
export function summary(guess: Joined): readonly string[] {
  const { best, second, rules, matching, meeting, legacy, candidate } = guess;
  const place = (side: 'legacy' | 'candidate') =>
    [best[side].name, ...(second === undefined ? [] : [second[side].name])].map(printable).join(' + ');
  const same = place('legacy') === place('candidate');
  const apart = meeting.ids - meeting.together;
  return [
    `Read ${seen(legacy)}; ${seen(candidate)}.`,
    `Ids: ${same ? place('legacy') : `${place('legacy')} = ${place('candidate')}`}; ${counted(matching.matched.length, 'id')} on both sides.`,
    `Rules in force: ${rules.active.length + rules.activeArrays.length}; to be looked at: ${rules.doubtful.length + rules.doubtfulArrays.length}.`,
    `Under them ${rules.remaining.agreeing} of ${counted(rules.remaining.pairs, 'sampled pair')} agree.`,
    ...(guess.shuffled.length === 0
      ? []
      : [
          `${counted(apart, 'id')} of ${meeting.ids} lie in another partition on the other side: the file says \`shuffle: true\`.`,
        ]),
  ];
}

function seen({ topic, sampled, held, partitions }: SeenTopic): string {
  const all = sampled >= held ? '' : ` of ${held.toLocaleString('en')}`;
  return `${topic}: ${sampled.toLocaleString('en')}${all} records, ${counted(partitions, 'partition')}`;
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·').slice(0, 200);
}
