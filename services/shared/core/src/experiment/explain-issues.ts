// From what the schema found to faults a person can act on: place, value, what is allowed, what was probably meant.
import type { z } from 'zod';
import type { ExperimentFault, ExperimentFaultCode } from './faults.ts';
import { homesOf, keyPattern, keysAt, keyText } from './known-keys.ts';
import { meantValue, otherWord } from './meant-value.ts';
import { NOT_BUILT_KEYS } from './not-built.ts';
import { suggest } from './suggest.ts';
import type { KeyPath, YamlText } from './yaml-text.ts';

type Issue = z.core.$ZodIssue;

export function explainIssues(issues: readonly Issue[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  return issues.flatMap((issue) => explain(issue, [], yaml, file));
}

function explain(issue: Issue, above: KeyPath, yaml: YamlText, file: string): readonly ExperimentFault[] {
  const path: KeyPath = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unexpectedKey([...path, key], yaml, file));
  if (issue.code === 'invalid_union') {
    // The branch that fits what was written tells more than "none of these".
    const fitting = issue.errors.find((issues) =>
      issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
    );
    if (fitting !== undefined) return fitting.flatMap((inner) => explain(inner, path, yaml, file));
  }
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? issue.message;
    const key = String(path.at(-1));
    return [
      {
        ...fault('bad-value', path, `\`${key}\` cannot be a name here.`, yaml.placeOfKey(path), file),
        value: key,
        allowed,
      },
    ];
  }
  // What may be anything has no words of its own for being left out.
  const isAnything = issue.code === 'invalid_type' && issue.expected === 'nonoptional';
  return [badValue(path, isAnything ? 'any JSON value' : issue.message, yaml, file)];
}

function fault(
  code: ExperimentFaultCode,
  path: KeyPath,
  message: string,
  place: { readonly line: number; readonly column: number },
  file: string,
): ExperimentFault {
  return { code, file, line: place.line, column: place.column, key: keyText(path), message };
}

function badValue(path: KeyPath, allowed: string, yaml: YamlText, file: string): ExperimentFault {
  const key = keyText(path);
  const value = yaml.written(path);
  if (value === undefined) {
    const message = `\`${key}\` is missing.`;
    return { ...fault('missing-key', path, message, yaml.placeOfKey(path), file), allowed };
  }
  const place = yaml.placeOf(path);
  const message = key === '' ? 'The file is not a map of keys.' : `\`${key}\` cannot be ${value}.`;
  const cure = meantValue(value, allowed);
  return { ...fault('bad-value', path, message, place, file), value, allowed, ...(cure === undefined ? {} : { cure }) };
}

/** The value is not shown: nobody knows what a key we do not know may hold. */
function unexpectedKey(path: KeyPath, yaml: YamlText, file: string): ExperimentFault {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const known = keysAt(parent);
  const notBuilt = NOT_BUILT_KEYS[keyPattern(parent)] ?? [];
  const place = yaml.placeOfKey(path);
  const allowed = known.join(', ');
  if (notBuilt.includes(key)) {
    const message = `\`${keyText(path)}\` is not built yet.`;
    const cure = 'Take it out for now: an experiment that runs must mean all that it says.';
    return { ...fault('not-built-yet', path, message, place, file), value: key, allowed, cure };
  }
  const message = `\`${keyText(path)}\` is not a known key.`;
  const unknown = { ...fault('unknown-key', path, message, place, file), value: key, allowed };
  const near = otherWord(key, known) ?? suggest(key, [...known, ...notBuilt]);
  if (near !== undefined) {
    const cure = `Did you mean \`${near}\`?${notBuilt.includes(near) ? ' It is not built yet.' : ''}`;
    return { ...unknown, cure, meant: keyText([...parent, near]) };
  }
  const cure = elsewhere(key);
  return cure === undefined ? unknown : { ...unknown, cure };
}

function elsewhere(key: string): string | undefined {
  if (key === '<<') return 'YAML 1.2 has no merge keys: write out what is meant to be taken over.';
  if (/^\d+$/.test(key)) return 'Write decimals with a point: a comma begins the next key.';
  const homes = homesOf(key);
  return homes.length === 0 ? undefined : `It stands under ${homes.map((home) => `\`${home}\``).join(' or ')}.`;
}
