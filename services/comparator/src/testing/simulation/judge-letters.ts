// Holds the dead letters of a simulation against what could not be read: one for each at least, byte for byte, and no other.
import { type DeadLetter, deadLetterTopic, readDeadLetter, SIDES, type Side } from '@parallax/core';
import { idOf, type MemoryLog } from '@parallax/platform/testing';
import { TOPICS, type TrueRecord } from './logs.ts';

export async function lettersOf(log: MemoryLog, experiment: string): Promise<readonly DeadLetter[]> {
  const topic = deadLetterTopic(experiment);
  if (!(await log.topics()).some((one) => one.topic === topic)) return [];
  const records = await log.read(topic, 0, 0, Number.MAX_SAFE_INTEGER);
  return records.flatMap((record) => readDeadLetter(record) ?? []);
}

export function judgeLetters(
  letters: readonly DeadLetter[],
  written: Readonly<Record<Side, readonly TrueRecord[]>>,
  gone: ReadonlySet<object>,
): string[] {
  const failures: string[] = [];
  const told = new Map(letters.map((letter) => [`${letter.topic}/${letter.partition}/${letter.offset}`, letter]));
  const unreadable = new Set<string>();
  for (const side of SIDES) {
    for (const record of written[side]) {
      const id = idOf(record);
      const isReadable = id !== undefined && id !== 'broken';
      if (isReadable && !record.isHidden) continue;
      const place = `${TOPICS[side]}/${record.partition}/${record.offset}`;
      unreadable.add(place);
      if (record.isAborted || gone.has(record)) continue;
      const letter = told.get(place);
      // Hidden ones may have been read for the first time by the mended file.
      if (letter === undefined && isReadable) continue;
      if (letter === undefined) failures.push(`${place}: cannot be read, and has no dead letter`);
      else if (String(letter.value) !== String(record.value))
        failures.push(`${place}: another value in its dead letter`);
    }
  }
  for (const place of told.keys())
    if (!unreadable.has(place)) failures.push(`${place}: a dead letter of what has an id`);
  return failures;
}
