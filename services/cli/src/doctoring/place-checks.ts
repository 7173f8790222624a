// The archive, and this machine.
import { freemem, totalmem } from 'node:os';
import { type Budgets, Fault, formatSize } from '@parallax/core';
import { type ArchiveFinding, probeArchive, type S3Options, unfinishedUploads } from '@parallax/platform';
import { type Check, type Finding, findingOf } from './finding.ts';

/** What a comparator takes beside its budget for payloads. */
const BESIDES_BYTES = 300 * 1024 ** 2;
const OLD_MS = 24 * 3_600_000;

export function archiveChecks(address: string, now: () => number, s3: S3Options = {}): readonly Check[] {
  return [
    {
      area: 'archive',
      what: 'The archive',
      patienceMs: 60_000,
      look: async () => {
        const probed = await probeArchive(address, s3);
        const findings = archiveFindings(address, probed);
        // Who is not let in at all is not asked for uploads as well.
        if (probed.every(({ met }) => !met) && findings.length === 1) return findings;
        return [...findings, ...(await unfinished(address, now, s3))];
      },
    },
  ];
}

/** What fails for one reason is told once. */
export function archiveFindings(address: string, probed: readonly ArchiveFinding[]): readonly Finding[] {
  const unmet = probed.filter(({ met }) => !met);
  if (unmet.length === 0) {
    const says = `${address} stores, reads, lists, never replaces, and removes objects.`;
    return [{ area: 'archive', level: 'ok', says }];
  }
  const reasons = Map.groupBy(unmet, ({ says, cure, code }) => `${code}|${cure ?? says}`);
  return [...reasons.values()].flatMap(([first, ...others]): readonly Finding[] => {
    if (first === undefined) return [];
    const { says, cure, code } = first;
    return [
      {
        area: 'archive',
        level: 'problem',
        says,
        ...(others.length === 0
          ? {}
          : { means: `It is the same with ${others.length} more of ${probed.length} requests.` }),
        ...(cure === undefined ? {} : { cure }),
        ...(code === undefined ? {} : { code }),
      },
    ];
  });
}

async function unfinished(address: string, now: () => number, s3: S3Options): Promise<readonly Finding[]> {
  let uploads: Awaited<ReturnType<typeof unfinishedUploads>>;
  try {
    uploads = await unfinishedUploads(address, s3);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [findingOf('archive', error)];
  }
  const old = uploads.filter(({ begun }) => begun !== undefined && now() - begun > OLD_MS);
  if (old.length === 0) return [];
  return [
    {
      area: 'archive',
      level: 'warning',
      says: `${old.length} uploads have been unfinished for more than a day.`,
      means: 'Writers that were killed left them; S3 charges for their parts.',
      cure: 'Give the bucket a lifecycle rule AbortIncompleteMultipartUpload (docs/s3.md).',
      code: 'archive-unfinished',
    },
  ];
}

export function machineChecks({ openBytes }: Budgets): readonly Check[] {
  return [
    {
      area: 'machine',
      what: 'The memory',
      look: async () => [
        memoryFinding(openBytes, process.constrainedMemory?.() ?? 0, { total: totalmem(), free: freemem() }),
      ],
    },
  ];
}

/** @param limit of the container, bytes; 0, or more than there is: none */
export function memoryFinding(
  openBytes: number,
  limit: number,
  { total, free }: { readonly total: number; readonly free: number },
): Finding {
  const isLimited = limit > 0 && limit < total;
  const have = isLimited ? limit : total;
  const needed = openBytes + BESIDES_BYTES;
  const says = `A comparator may need ${formatSize(needed)} (budgets.openBytes and 300MiB); ${isLimited ? 'the limit here is' : 'this machine has'} ${rounded(have)}, ${rounded(Math.min(free, have))} free.`;
  if (needed <= Math.min(free, have)) return { area: 'machine', level: 'ok', says };
  if (needed <= have * 0.9) {
    return {
      area: 'machine',
      level: 'note',
      says,
      means: 'It takes that much only when so many payloads are open at once.',
    };
  }
  return {
    area: 'machine',
    level: 'warning',
    says,
    means: 'It may be killed for memory; it goes on from its checkpoint, and may be killed again.',
    cure: 'Lower budgets.openBytes, or give it more memory.',
    code: 'memory',
  };
}

function rounded(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)}GiB`;
}
