// Opens a file of events by what it begins with: an archive object, or lines of JSON.
import type { ComparePlan, ToPayload } from '@parallax/core';
import { AvroFile } from './avro-file.ts';
import { type EventFile, SeekableFile } from './event-file.ts';
import { NdjsonFile } from './ndjson-file.ts';

const AVRO = [0x4f, 0x62, 0x6a, 0x01];

/** Throws a Fault when the file cannot be read. */
export function openEvents(path: string, shown: string, spec: ComparePlan['spec'], payload: ToPayload): EventFile {
  const file = SeekableFile.open(path, shown);
  if (beginsAsObject(file)) return new AvroFile(file);
  const isReadByHeaders = spec.format.legacy === 'cloudevents' || spec.format.candidate === 'cloudevents';
  return new NdjsonFile(file, spec.compare.key || spec.compare.headers.length > 0 || isReadByHeaders, payload);
}

/** Throws a Fault when the file cannot be read. */
export function isArchiveObject(path: string): boolean {
  const file = SeekableFile.open(path, path);
  try {
    return beginsAsObject(file);
  } finally {
    file.close();
  }
}

function beginsAsObject(file: SeekableFile): boolean {
  const head = new Uint8Array(AVRO.length);
  file.read(head, head.length, 0);
  return AVRO.every((byte, i) => head[i] === byte);
}
