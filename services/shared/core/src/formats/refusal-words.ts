// What is told to a person of a value that could not be read.
import type { Refusal } from './format.ts';

export const REFUSAL_WORDS: Readonly<Record<Refusal, string>> = {
  undecodable: 'a payload is not what the experiment says it is',
  'malformed-avro': 'a payload is not what the schema it names says',
  'malformed-cloudevent': 'an event has its data or an attribute twice, or data that is no base64',
  truncated: 'a payload ends before its schema does: it was cut off, or written with another schema',
  'trailing-bytes': 'a payload goes on after its schema has ended: it was written with another schema',
  'invalid-utf8': 'a text is not UTF-8',
  'not-framed': 'a payload names no schema, so nobody can read it',
  'schema-unknown': 'nobody has the schema a payload names',
  'schema-unreadable': 'the schema a payload names is none that can be read: Protobuf, or faulty',
  'not-a-cloudevent': 'a record is no CloudEvent, neither in its headers nor in its payload',
  'cloudevents-batch': 'a record is a batch of CloudEvents, which are not told apart',
  'cloudevents-format': 'a CloudEvent is structured in another format than JSON',
  'budget-bytes': 'the payload is larger than the experiment allows to compare',
  'budget-depth': 'the document is deeper than the experiment allows to compare',
};
