// From a checked experiment file to the experiment: units worked out, texts parsed, each output with both its sides.
import type { PrivacySpec } from '../compare/privacy.ts';
import { parsePointer } from '../envelope/pointer.ts';
import { type Correlation, DEFAULT_CORRELATION, parseSource, type Source } from '../envelope/source.ts';
import { namesSchemas, usesSchemas } from '../formats/uses.ts';
import { ruleOf } from './build-rules.ts';
import {
  DEFAULT_OUTPUT,
  type Experiment,
  type Format,
  type InputPlan,
  type OutputPlan,
  type OutputSide,
} from './experiment.ts';
import type { ExperimentFile } from './file-schema.ts';
import { durationMs, percentShare, sizeBytes } from './units.ts';

type WrittenCorrelation = NonNullable<ExperimentFile['correlation']>;
type WrittenSide = ExperimentFile['legacy'];

/** The file must have passed every check. */
export function buildExperiment(file: ExperimentFile): Experiment {
  const { question, owner, input, candidate, window, budgets, criteria } = file;
  const deadlineMs = durationMs(window.deadline);
  return {
    name: file.experiment,
    ...(question === undefined ? {} : { question }),
    ...(owner === undefined ? {} : { owner }),
    phase: file.phase,
    ...(file.type === undefined ? {} : { type: sourceOf(file.type) }),
    ...(input === undefined ? {} : { input: inputOf(input, file) }),
    outputs: outputsOf(file),
    candidate: {
      ...(candidate.input === undefined ? {} : { input: candidate.input }),
      ...(candidate.group === undefined ? {} : { group: candidate.group }),
    },
    compare: file.compare,
    window: {
      settleMs: durationMs(window.settle),
      deadlineMs,
      lateMs: durationMs(window.late),
      outageMs: window.outage === undefined ? Math.round(deadlineMs / 2) : durationMs(window.outage),
      maxOutageMs: durationMs(window.maxOutage),
      pick: window.pick,
      counts: window.counts,
    },
    rules: file.rules.map(ruleOf),
    ...(file.privacy === undefined ? {} : { privacy: privacyOf(file.privacy) }),
    budgets: {
      openBytes: sizeBytes(budgets.openBytes),
      differencesPerPair: budgets.differencesPerPair,
      payloadBytes: sizeBytes(budgets.payloadBytes),
      depth: budgets.depth,
    },
    criteria: {
      parity: percentShare(criteria?.parity ?? '100%'),
      undecided: percentShare(criteria?.undecided ?? '1%'),
      stated: criteria !== undefined,
    },
  };
}

function inputOf(input: NonNullable<ExperimentFile['input']>, file: ExperimentFile): InputPlan {
  // Outputs that are text or bytes say nothing of the input, in which ids are looked for.
  const format = input.format ?? (usesSchemas(file.format) ? file.format : 'json');
  return {
    topic: input.topic,
    correlation: correlationOf(input.correlation ?? file.correlation, format),
    format,
    ...schemasOf(format, input, file),
  };
}

function outputsOf(file: ExperimentFile): readonly OutputPlan[] {
  const legacy = topicsOf(file.legacy);
  const candidate = new Map(topicsOf(file.candidate));
  const { twin } = file;
  const twins = new Map(twin === undefined ? [] : topicsOf(twin));
  return legacy.map(([output, topic]) => {
    const own = twins.get(output);
    return {
      output,
      legacy: outputSide(topic, file.legacy, file),
      candidate: outputSide(candidate.get(output) ?? '', file.candidate, file),
      ...(twin === undefined || own === undefined
        ? {}
        : { twin: outputSide(own, { ...asLegacy(file.legacy), ...twin, shuffle: false }, file) }),
    };
  });
}

/** A twin is as legacy is, where it does not say otherwise. */
function asLegacy({ topic: _, outputs: __, ...rest }: WrittenSide): Omit<WrittenSide, 'topic' | 'outputs'> {
  return rest;
}

function topicsOf(side: Pick<WrittenSide, 'topic' | 'outputs'>): readonly (readonly [output: string, topic: string])[] {
  return side.topic === undefined ? Object.entries(side.outputs ?? {}) : [[DEFAULT_OUTPUT, side.topic]];
}

function outputSide(topic: string, side: WrittenSide, file: ExperimentFile): OutputSide {
  const format = side.format ?? file.format;
  const select = side.select === undefined ? undefined : parsePointer(side.select);
  return {
    topic,
    correlation: correlationOf(side.correlation ?? file.correlation, format),
    format,
    ...(select === undefined ? {} : { select }),
    ...schemasOf(format, side, file),
    ...(side.shuffle ? { shuffle: true } : {}),
  };
}

/** How keys are read, and where the schemas are of what is read as `format`. */
function schemasOf(
  format: Format,
  own: Pick<WrittenSide, 'keyFormat' | 'registry' | 'schemas'>,
  file: ExperimentFile,
): Pick<OutputSide, 'keyFormat' | 'registry' | 'schemas'> {
  const keyFormat = own.keyFormat ?? file.keyFormat;
  const keys = keyFormat === undefined ? {} : { keyFormat };
  if (!namesSchemas({ format, keyFormat })) return keys;
  const registry = own.registry ?? file.registry;
  const schemas = own.schemas ?? file.schemas;
  return {
    ...keys,
    ...(registry === undefined ? {} : { registry: registry.replace(/\/+$/, '') }),
    ...(schemas === undefined ? {} : { schemas }),
  };
}

/** Payloads that are not read as documents are not searched for an id unless the file asks for it. */
function correlationOf(written: WrittenCorrelation | undefined, format: Format): Correlation {
  if (written !== undefined)
    return [written].flat().map((part) => (typeof part === 'string' ? [part] : part.any).map(sourceOf));
  if (format !== 'text' && format !== 'bytes') return DEFAULT_CORRELATION;
  return DEFAULT_CORRELATION.map((part) => part.filter(({ kind }) => kind !== 'path'));
}

function sourceOf(text: string): Source {
  const source = parseSource(text);
  if (source === undefined) throw new TypeError(`not a source: ${text}`);
  return source;
}

function privacyOf(written: NonNullable<ExperimentFile['privacy']>): PrivacySpec {
  const entries = Object.entries(written);
  const headers = entries.flatMap(([key, action]) =>
    key.startsWith('header:') ? [[key.slice(7), action] as const] : [],
  );
  return {
    paths: entries.flatMap(([path, action]) => (path === '' || path.startsWith('/') ? [{ path, action }] : [])),
    default: written.default ?? 'keep',
    ...(written.key === undefined ? {} : { key: written.key }),
    headers: Object.fromEntries(headers),
    id: written.id === 'hmac' ? 'hmac' : 'keep',
  };
}
