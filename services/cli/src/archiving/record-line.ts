// An archived record as a line of JSON that says every byte of it, and that `feed`, `compare` and `import` read.
import { type ArchivedRecord, isJson, isUtf8 } from '@parallax/core';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Without a line end. A value that is JSON on one line stands as it is, any other as `valueBase64`; null is a tombstone. */
export function recordLine(record: ArchivedRecord): string {
  const { topic, partition, offset, timestamp, timestampType, key, headers, value } = record;
  const parts = [
    `"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${offset},"timestamp":${timestamp}`,
    ...(timestampType === 'create' ? [] : [`"timestampType":${JSON.stringify(timestampType)}`]),
    `"key":${text(key)}`,
    ...(headers.length === 0 ? [] : [`"headers":${headersText(headers)}`]),
    valueText(value),
  ];
  return `{${parts.join(',')}}`;
}

/** By name where no name repeats, else as a list. */
function headersText(headers: ArchivedRecord['headers']): string {
  const names = new Set(headers.map(([name]) => name));
  if (names.size < headers.length) {
    return `[${headers.map(([name, value]) => `[${JSON.stringify(name)},${text(value)}]`).join(',')}]`;
  }
  return `{${headers.map(([name, value]) => `${JSON.stringify(name)}:${text(value)}`).join(',')}}`;
}

function text(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null';
  return isUtf8(bytes) ? JSON.stringify(decoder.decode(bytes)) : `{"base64":"${base64(bytes)}"}`;
}

function valueText(value: Uint8Array | null): string {
  if (value === null) return '"valueBase64":null';
  return isLine(value) && isJson(value) ? `"value":${decoder.decode(value)}` : `"valueBase64":"${base64(value)}"`;
}

/** White space around the value would be lost, and a line end inside it would end the line. */
function isLine(value: Uint8Array): boolean {
  const [first = 0x20, last = 0x20] = [value[0], value.at(-1)];
  return first > 0x20 && last > 0x20 && !value.includes(0x0a) && !value.includes(0x0d);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
