// Opens a file of events by what it begins with: an archive object, or lines of JSON.
import type { ComparePlan, ToPayload } from '@parallax/core';
import { AvroFile } from './avro-file.ts';
import { type EventFile, SeekableFile } from './event-file.ts';
import { NdjsonFile } from './ndjson-file.ts';

const AVRO = [0x4f, 0x62, 0x6a, 0x01];

/** Throws a Fault when the file cannot be read. */
export function openEvents(path: string, shown: string, spec: ComparePlan['spec'], payload: ToPayload): EventFile {
  const file = SeekableFile.open(path, shown);
  const head = new Uint8Array(AVRO.length);
  file.read(head, head.length, 0);
  if (AVRO.every((byte, i) => head[i] === byte)) return new AvroFile(file);
  return new NdjsonFile(file, spec.compare.key || spec.compare.headers.length > 0, payload);
}
