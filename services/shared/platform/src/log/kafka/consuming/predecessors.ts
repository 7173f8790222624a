// Members of a group whose processes were killed on this machine: the group would wait for their sessions to end.
//
// A process that is started again after a kill would stand for up to a session (45 s) beside partitions that nobody
// reads. Its client id says which process a member is; one of this host whose process is gone is made to leave. To be
// wrong does little harm (two containers with one host name): a member that lives joins again at its next heartbeat.
import type { Coordinator } from './coordinator.ts';
import { CODE } from './requests.ts';

export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  /** When it began, to tell it from another that had its number: the first process of a container is always 1. */
  readonly began: string;
}

/** The part that a host's name may not have is what keeps the parts apart. */
export function clientIdOf({ host, pid, began }: ProcessName): string {
  return `parallax/${host}/${pid}/${began}`;
}

/** Undefined for ids of another making. */
export function processOf(clientId: string): ProcessName | undefined {
  const [, host, pid, began] = /^parallax\/([^/]+)\/(\d+)\/([^/]+)$/.exec(clientId) ?? [];
  return host === undefined || began === undefined ? undefined : { host, pid: Number(pid), began };
}

/** Whether who has this client id was a process of this machine and is no more. */
export function isGone(clientId: string, own: ProcessName, isAlive: (pid: number) => boolean): boolean {
  const named = processOf(clientId);
  if (named === undefined || named.host !== own.host) return false;
  return named.pid === own.pid ? named.began !== own.began : !isAlive(named.pid);
}

interface Described {
  readonly groups: readonly {
    readonly errorCode: number;
    readonly members: readonly { readonly memberId: string; readonly clientId: string }[];
  }[];
}

/** Rejects with what the coordinator said; nothing depends on it. */
export async function dismissPredecessors(
  coordinator: Coordinator,
  group: string,
  own: ProcessName,
  isAlive: (pid: number) => boolean,
): Promise<void> {
  const { groups } = await coordinator.ask<Described & { errorCode?: never }>('DescribeGroups', { groupIds: [group] });
  for (const { errorCode, members } of groups) {
    if (errorCode !== CODE.none) continue;
    for (const { clientId, memberId } of members) {
      if (isGone(clientId, own, isAlive)) await coordinator.ask('LeaveGroup', { memberId });
    }
  }
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
