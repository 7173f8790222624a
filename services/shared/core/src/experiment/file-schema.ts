// The experiment file as it is written: which keys there are, what each may hold, and what holds where it is left out.
//
// The error texts complete the sentence "allowed: ...". Nothing is converted here, so that the published JSON Schema
// says exactly the same; the numbers behind the units are worked out when the experiment is built.
import { z } from 'zod';
import { parseSource, SOURCE_FORMS } from '../envelope/source.ts';
import { rule } from './rule-schema.ts';
import { ruleTests } from './test-schema.ts';
import { choice, duration, flag, onlyOne, percent, pointer, section, size, whole, words, written } from './written.ts';

const TOPIC = 'a topic name: letters, digits, dot, _ and -, at most 249 characters';
const topic = () =>
  written(/^[a-zA-Z0-9._-]{1,249}$/, TOPIC).refine((name) => !/^\.{1,2}$/.test(name), { error: TOPIC });

const SOURCE = `${SOURCE_FORMS}, like header:correlation-id or path:/order/id`;
const source = () =>
  written(/^(key|ce_id|traceparent|header:\S(.*\S)?|(path|key):\/([^~]|~[01])*)$/, SOURCE).refine(
    (text) => parseSource(text) !== undefined,
    { error: SOURCE },
  );
const firstPresent = () =>
  z.strictObject(
    { any: z.array(source(), { error: `a list of ${SOURCE_FORMS}` }).min(1, { error: 'at least one source' }) },
    { error: 'a map with any: and a list of sources' },
  );
const PARTS = `one of ${SOURCE_FORMS}; or any: and a list of them, the first one present; or a list of parts that together make the id`;
const correlation = () =>
  z.union(
    [
      source(),
      firstPresent(),
      z.array(z.union([source(), firstPresent()], { error: PARTS })).min(1, { error: 'at least one part' }),
    ],
    { error: PARTS },
  );

const format = () => choice(['json', 'avro', 'cloudevents', 'auto', 'text', 'bytes']);
const keyFormat = () => choice(['text', 'avro', 'auto']);
const REGISTRY =
  'the http(s) address of a schema registry, like https://registry.example.com or http://host:8080/apis/ccompat/v7, without user, query or fragment';
const registry = () => written(/^https?:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/, REGISTRY);
const SCHEMA_FILES = 'a list of paths of Avro schema files, relative to this file';
const schemaFiles = () => z.array(words(SCHEMA_FILES, 1_000), { error: SCHEMA_FILES }).min(1, { error: SCHEMA_FILES });
const OUTPUT_NAME = 'output names of letters, digits, dot, _ and -, at most 63 characters';
const OUTPUTS = 'a map of output names to topics, at least one';
const sideShape = {
  topic: topic().optional().describe('Topic of the only output; short for `outputs` with one entry named `default`.'),
  outputs: z
    .record(z.string({ error: OUTPUT_NAME }).regex(/^[a-zA-Z0-9._-]{1,63}$/, { error: OUTPUT_NAME }), topic(), {
      error: OUTPUTS,
    })
    .refine((outputs) => Object.keys(outputs).length > 0, { error: OUTPUTS })
    .optional()
    .describe('Topics by output name; both sides name the same outputs.'),
  correlation: correlation().optional().describe('Where this side carries the id, if not where the file says for all.'),
  format: format().optional().describe('How this side is read, if not as the file says for all.'),
  keyFormat: keyFormat().optional().describe("How this side's keys are read, if not as the file says for all."),
  registry: registry().optional().describe('Where this side looks its schemas up, if not as the file says for all.'),
  schemas: schemaFiles().optional().describe('Schemas of this side, if not as the file says for all.'),
  select: pointer().optional().describe('Compare only what stands at this place of the payload.'),
  shuffle: flag()
    .default(false)
    .describe('Key this side anew by the id, into topics of its own: for systems that place ids in other partitions.'),
};
const { shuffle: _, ...twinShape } = sideShape;
const PRIVATE =
  "a path such as /customer/email or /**/iban ('' is the whole payload), key, header:NAME, id, or default";
const privacy = () =>
  z.record(
    z.string({ error: PRIVATE }).regex(/^((\/([^~]|~[012])*)?|key|id|default|header:\S(.*\S)?)$/, { error: PRIVATE }),
    choice(['hmac', 'drop', 'keep']),
    { error: `a map of places to hmac, drop or keep; a place is ${PRIVATE}` },
  );

export const WINDOW_DEFAULTS = { settle: '2s', deadline: '60s', late: '24h', maxOutage: '24h' } as const;

const NAME = 'a name of a-z, 0-9 and -, at most 63 characters, starting with a letter or digit';
const GROUP = 'the name of a consumer group';

export const experimentFile = z
  .strictObject(
    {
      experiment: written(/^[a-z0-9][a-z0-9-]{0,62}$/, NAME).describe(
        'Names the experiment in rows, groups and metrics.',
      ),
      question: words('a sentence of 1 to 1,000 characters', 1_000)
        .optional()
        .describe('What the experiment is to answer.'),
      owner: words('a name of 1 to 200 characters', 200).optional().describe('Who answers for it.'),
      phase: choice(['shadow', 'pilot', 'switched', 'retired'])
        .default('shadow')
        .describe('Where the move stands; information for readers.'),
      type: source().optional().describe('Where the type of an event is read.'),
      correlation: correlation().optional().describe('Where the id is read that joins the events of both sides.'),
      input: section({
        topic: topic(),
        correlation: correlation().optional().describe('Where the input carries the id, if not where the file says.'),
        format: format().optional().describe('How it is read, if not as the file says for all; for its ids.'),
        keyFormat: keyFormat().optional().describe('How its keys are read, if not as the file says for all.'),
        registry: registry().optional().describe('Where its schemas are looked up, if not as the file says for all.'),
        schemas: schemaFiles().optional().describe('Schemas of the input, if not as the file says for all.'),
      })
        .optional()
        .describe('The topic both systems read.'),
      legacy: section(sideShape).meta(onlyOne('topic', 'outputs')).describe('The running system.'),
      candidate: section({
        ...sideShape,
        input: topic().optional().describe('The topic the candidate reads, if it has one of its own.'),
        group: words(GROUP, 249)
          .optional()
          .describe('The consumer group it reads with: evidence of what it has consumed.'),
      })
        .meta(onlyOne('topic', 'outputs'))
        .describe('The system that is to replace it.'),
      twin: section(twinShape)
        .meta(onlyOne('topic', 'outputs'))
        .optional()
        .describe('A second instance of the running system: how often it differs from the first is noise.'),
      format: format().default('json').describe('How payloads are read for comparing.'),
      keyFormat: keyFormat()
        .optional()
        .describe('How keys are read for ids and comparing: auto where the format names schemas, else text.'),
      registry: registry()
        .optional()
        .describe('Schema registry, by its Confluent-compatible API; who logs in is said by the environment.'),
      schemas: schemaFiles()
        .optional()
        .describe('Avro schema files, for single objects, which name a schema by its fingerprint.'),
      compare: section({
        value: flag().default(true),
        key: flag().default(false),
        headers: z.array(words('the name of a header', 249), { error: 'a list of header names' }).default([]),
      })
        .prefault({})
        .describe('Which parts of a record are compared.'),
      window: section({
        settle: duration()
          .default(WINDOW_DEFAULTS.settle)
          .describe('How long both sides must have been quiet before a pair is judged.'),
        deadline: duration().default(WINDOW_DEFAULTS.deadline).describe('How long absence is tolerated, on evidence.'),
        late: duration()
          .default(WINDOW_DEFAULTS.late)
          .describe('How long, by record timestamps, a judged pair can still be revised.'),
        outage: duration()
          .optional()
          .describe('How long a side may be silent before it is an outage; half the deadline.'),
        maxOutage: duration()
          .default(WINDOW_DEFAULTS.maxOutage)
          .describe('After this long the events of an outage are judged.'),
        pick: choice(['sequence', 'set', 'last', 'first'])
          .default('sequence')
          .describe('Which events of a side are compared.'),
        counts: choice(['compare', 'ignore'])
          .default('compare')
          .describe('Whether unequal counts differ under last and first.'),
      })
        .prefault({})
        .describe('Eventual consistency: how long to wait for what.'),
      rules: z.array(rule, { error: 'a list of rules' }).default([]).describe('What does not count; later rules win.'),
      tests: ruleTests,
      privacy: privacy()
        .optional()
        .describe('What is stored and shown of values: a keyed hash, nothing, or all. The later of two places wins.'),
      budgets: section({
        openBytes: size().default('512MiB').describe('Payload bytes held for open pairs.'),
        differencesPerPair: whole(1, 100_000).default(100).describe('Differences kept of one pair.'),
        payloadBytes: size().default('64MiB').describe('Larger payloads are not compared: inconclusive.'),
        depth: whole(1, 100_000).default(10_000).describe('Deeper documents are not compared: inconclusive.'),
      })
        .prefault({})
        .describe('Limits; what meets one is inconclusive, never a match.'),
      criteria: section({
        parity: percent().default('100%').describe('Least share of agreed and accepted pairs among the decided.'),
        undecided: percent().default('1%').describe('Largest share of undecided pairs.'),
      })
        .optional()
        .describe('What was agreed to be good enough.'),
    },
    { error: 'a map with at least experiment, legacy and candidate' },
  )
  .describe('An experiment: one configured comparison of one flow.');

export type ExperimentFile = z.output<typeof experimentFile>;
