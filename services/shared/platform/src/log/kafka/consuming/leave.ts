// Leaves a group at once, so that nobody waits for the session of a member that is gone.
import type { Brokers } from '../brokers.ts';
import { Coordinator } from './coordinator.ts';
import { CODE, within } from './requests.ts';
import { backoff } from './timing.ts';

/** After so long the group finds out by itself: the session ends. With what a stop waits for before, less than ten seconds. */
const LEAVE_MS = 3_000;
const CLOSE_MS = 1_000;

export interface Leaving {
  readonly group: string;
  /** '' for one that never joined. */
  readonly memberId: string;
  readonly brokers: Brokers;
  readonly coordinator: Coordinator;
  /** A join waits at the coordinator, and whatever is asked on its connection waits behind it. */
  readonly isBlocked: boolean;
  /** New connections. */
  connect(): Brokers;
}

/** Never rejects. Afterwards all connections are closed. */
export async function leave({ group, memberId, brokers, coordinator, isBlocked, connect }: Leaving): Promise<void> {
  const aside = isBlocked ? connect() : undefined;
  if (memberId !== '') {
    const by = aside === undefined ? coordinator : new Coordinator(aside, group);
    await within(askToLeave(by, memberId), LEAVE_MS).catch(() => undefined);
  }
  // A connection closes when its last question has been answered; a broker that is gone must not hold anybody up.
  const closed = Promise.all([brokers.close(), aside?.close()]);
  await within(closed, CLOSE_MS).catch(() => undefined);
}

async function askToLeave(coordinator: Coordinator, memberId: string): Promise<void> {
  const started = performance.now();
  for (let tries = 0; performance.now() - started < LEAVE_MS; tries++) {
    const request = { memberId, members: [{ memberId }] };
    const answer = await coordinator
      .ask<{ errorCode: number }>('LeaveGroup', request, { withinMs: LEAVE_MS / 2 })
      .catch(() => undefined);
    const isLeft = answer?.errorCode === CODE.none || answer?.errorCode === CODE.unknownMember;
    if (isLeft) return;
    await new Promise((resolve) => setTimeout(resolve, backoff(tries)));
  }
}
