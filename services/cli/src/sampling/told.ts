// What `parallax init` says about what it saw, and what to do where it could not guess.
import { Fault, type Guess, type Joined, type SeenTopic } from '@parallax/core';
import { counted } from '../output/amount.ts';
import type { ReadSample } from './schema-samples.ts';

type Unguessed = Exclude<Guess, { kind: 'joined' } | { kind: 'one-sided' }>;

/** Why there is nothing to write. */
export function whyNot(guess: Unguessed, unread: readonly string[]): Fault {
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
      const areSingle = guess.sides.every((side) => guess[side].payloads.kind === 'single-object');
      const what = areSingle ? 'are single objects of Avro' : 'name schemas of a registry (Avro, Protobuf)';
      return new Fault([`The payloads of ${names} ${what}: ${saw}.`, ...unread].join('\n  '), {
        code: 'init-registry',
        cure:
          unread.length > 0
            ? 'docs/formats.md says what each reason means. Is it the registry these topics are written by?'
            : areSingle
              ? 'Give --schemas with the Avro schema files they were written with.'
              : 'Give --registry with the address of the schema registry; PARALLAX_REGISTRY_USER and PARALLAX_REGISTRY_PASSWORD, or PARALLAX_REGISTRY_TOKEN, log in.',
      });
    }
    case 'unlike':
      return new Fault(`Documents and what is none cannot be compared: ${saw}.`, {
        code: 'init-formats',
        cure: 'Are these the right topics? Both sides must be documents (JSON, Avro), or both text or bytes.',
      });
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

/** By topic and reason. */
export function unreadLines({ sample, unread }: ReadSample): readonly string[] {
  return [...unread].map(
    ([reason, records]) => `${counted(records, 'record')} of ${sample.topic} could not be read: ${reason}.`,
  );
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
