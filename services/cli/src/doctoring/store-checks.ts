// The divergence store: whether it answers, is new enough, lets us write, and has room.
import { Fault, formatSize } from '@parallax/core';
import { probeStore, type StoreAccess, type StoreProbe } from '@parallax/platform';
import { type Check, type Finding, findingOf } from './finding.ts';

const LITTLE_BYTES = 5 * 1024 ** 3;
const HARDLY_BYTES = 512 * 1024 ** 2;
const CLOCK_MS = 2_000;

export function storeChecks(address: string, access: StoreAccess): readonly Check[] {
  return [
    {
      area: 'store',
      what: 'The store',
      patienceMs: 40_000,
      look: async () => {
        try {
          return storeFindings(await probeStore(address, access));
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'store-missing') throw error;
          return [{ area: 'store', level: 'ok', says: `There is no store at ${address} yet; a start makes it.` }];
        }
      },
    },
  ];
}

export function storeFindings(probe: StoreProbe): readonly Finding[] {
  const { address, version, user, schema, settings, clockAheadMs, freeBytes, readOnlyTables, faults, layout } = probe;
  const area = 'store';
  const findings: Finding[] = faults.map((fault) => findingOf(area, fault));
  const add = (level: Finding['level'], says: string, more: Partial<Finding> = {}): void => {
    findings.push({ area, level, says, ...more });
  };
  if (schema.state === 'older') {
    add('warning', `The tables of ${address} are of an older build; this one has schema ${schema.newest}.`, {
      means: 'The next start brings them up to date, after which builds that are older than this one refuse them.',
      cure: 'Stop older comparators of this store first; then start. Nothing is lost.',
      code: 'store-older-schema',
    });
  } else if (schema.state === 'none') add('ok', 'It holds no tables yet; a start makes them.');
  else if (schema.state === 'current') add('ok', `Its tables are those of this build (schema ${schema.newest}).`);
  if (settings.readonly === '1') {
    add('problem', `User ${user} may only read (readonly=1).`, {
      cure: 'Give the comparator a user whose profile may write.',
      code: 'store-readonly',
    });
  }
  if (Math.abs(clockAheadMs) > CLOCK_MS) {
    const way = clockAheadMs > 0 ? 'ahead of' : 'behind';
    add('warning', `Its clock is ${Math.round(Math.abs(clockAheadMs) / 1_000)} s ${way} this machine's.`, {
      means: 'Times of rows and of log records will not fit together.',
      cure: 'Set the clocks (NTP).',
      code: 'store-clock',
    });
  }
  if (freeBytes !== null && freeBytes < LITTLE_BYTES) {
    add(
      freeBytes < HARDLY_BYTES ? 'problem' : 'warning',
      `Its fullest disk has ${formatSize(Math.round(freeBytes))} left.`,
      {
        means: 'Without room inserts fail, and reading waits.',
        cure: 'Free or add disk.',
        code: 'store-disk',
      },
    );
  }
  if (readOnlyTables.length > 0) {
    add('problem', `Replicated tables are read-only on this server: ${readOnlyTables.join(', ')}.`, {
      cure: 'See whether it reaches its keeper: SYSTEM RESTORE REPLICA where the metadata are lost.',
      code: 'store-replica',
    });
  }
  const sound = findings.every(({ level }) => level !== 'problem');
  const kind = layout === undefined || layout.kind === 'single' ? '' : `, tables ${layout.kind}`;
  if (sound)
    findings.unshift({ area, level: 'ok', says: `${address} answers: ClickHouse ${version}, user ${user}${kind}.` });
  return findings;
}
