// The archive, and this machine.
import { freemem, totalmem } from 'node:os';
import { type Budgets, formatSize } from '@parallax/core';
import { probeArchive, type S3Options, unfinishedUploads } from '@parallax/platform';
import type { Check, Finding } from './finding.ts';

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
        const findings = await probeArchive(address, s3);
        const unmet = findings.filter(({ met }) => !met);
        if (unmet.length === 0) {
          const says = `${address} stores, reads, lists, never replaces, and removes objects.`;
          return [{ area: 'archive', level: 'ok', says }];
        }
        return unmet.map(({ says, cure, code }): Finding => {
          return {
            area: 'archive',
            level: 'problem',
            says,
            ...(cure === undefined ? {} : { cure }),
            ...(code === undefined ? {} : { code }),
          };
        });
      },
    },
    {
      area: 'archive',
      what: 'Unfinished uploads',
      look: async () => {
        const old = (await unfinishedUploads(address, s3)).filter(
          ({ begun }) => begun !== undefined && now() - begun > OLD_MS,
        );
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
      },
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
