// The steps of the archiver at which a crash matters, and an archive that reaches them.
import { type Archive, MANIFEST_PREFIX } from '@parallax/core';
import { type CrashPoints, NO_CRASH_POINTS } from '@parallax/platform';

export const ARCHIVER_CRASH_POINTS = [
  /** Partitions are assigned, nothing has been read. */
  'archiver.after-assigned',
  'archiver.after-read',
  'archiver.before-object',
  /** An object is in the archive, without its manifest. */
  'archiver.after-object',
  'archiver.after-manifest',
  /** The manifest of a superseded tail is removed, the tail is not. */
  'archiver.tail-manifest-removed',
  'archiver.after-tail-removed',
  'archiver.before-commit',
  'archiver.after-commit',
] as const;

export type ArchiverCrashPoint = (typeof ARCHIVER_CRASH_POINTS)[number];

/** The same archive, with a crash point before and after each step of storing. */
export function withCrashPoints(archive: Archive, crash: CrashPoints<ArchiverCrashPoint>): Archive {
  if (crash === NO_CRASH_POINTS) return archive;
  const isManifest = (key: string) => key.startsWith(MANIFEST_PREFIX);
  return {
    address: archive.address,
    read: (key) => archive.read(key),
    list: (prefix) => archive.list(prefix),
    close: () => archive.close(),
    async create(key, body) {
      if (!isManifest(key)) crash.reach('archiver.before-object');
      const result = await archive.create(key, body);
      crash.reach(isManifest(key) ? 'archiver.after-manifest' : 'archiver.after-object');
      return result;
    },
    async remove(key) {
      await archive.remove(key);
      crash.reach(isManifest(key) ? 'archiver.tail-manifest-removed' : 'archiver.after-tail-removed');
    },
  };
}
