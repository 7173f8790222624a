// An archive in memory, for tests of whatever uses one.
import { type Archive, type ArchiveObject, Fault } from '@parallax/core';
import { checkedKey } from '../archive/keys.ts';

export interface MemoryArchive extends Archive {
  /** While true every call rejects with a retryable fault, as a store that is away does. */
  down: boolean;
}

export function memoryArchive(): MemoryArchive {
  const objects = new Map<string, Uint8Array>();
  const archive: MemoryArchive = {
    address: 'memory:',
    down: false,
    async create(key, body) {
      available(checkedKey(key));
      if (objects.has(key)) return 'exists';
      objects.set(key, new Uint8Array(body));
      return 'created';
    },
    async read(key) {
      available(checkedKey(key));
      const body = objects.get(key);
      return body && new Uint8Array(body);
    },
    async *list(prefix): AsyncGenerator<ArchiveObject> {
      available(prefix);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        const body = objects.get(key);
        if (body !== undefined) yield { key, bytes: body.length };
      }
    },
    async remove(key) {
      available(checkedKey(key));
      objects.delete(key);
    },
    close: async () => undefined,
  };
  const available = (key: string) => {
    if (archive.down) throw new Fault(`The archive is away (${key})`, { code: 'archive-unavailable', retryable: true });
  };
  return archive;
}
