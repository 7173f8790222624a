// What can end a Kafka consumer, in words.
import { Fault } from '@parallax/core';

export function stalled(what: string, address: string, seconds: number, cause?: unknown): Fault {
  return new Fault(`${what} for ${seconds} s at ${address}.`, {
    code: 'log-stalled',
    cure: 'Look whether all brokers are up and every partition has a leader; then start again: nothing is lost.',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @param start first offset that is there @param end the log end */
export function outOfRange(
  { topic, partition }: { readonly topic: string; readonly partition: number },
  position: number,
  start: number,
  end: number,
): Fault {
  const why =
    position < start
      ? `begins at ${start}, after the position ${position}: retention or a deletion took what was still to be read`
      : `ends at ${end}, before the position ${position}: it was deleted and created anew, or lost records`;
  return new Fault(`Partition ${partition} of "${topic}" ${why}.`, {
    code: 'offset-out-of-range',
    cure: 'Nothing was skipped. Look at the topic; then begin anew where the records that are left shall be read from.',
  });
}

export function foreignGroup(address: string): Fault {
  return new Fault(`The group at ${address} has members that are not ours: they share partitions out in another way.`, {
    code: 'group-foreign',
    cure: 'Stop them (another program uses the same group name), or use another name.',
  });
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
