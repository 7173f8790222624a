// What every event log must do: one suite for the double, the folder and the real broker.
import { afterAll, beforeAll, describe } from 'vitest';
import { describeCommits } from './log-conformance/commits.ts';
import { describeConsuming } from './log-conformance/consuming.ts';
import { describeRecords } from './log-conformance/records.ts';
import { describeSteering } from './log-conformance/steering.ts';
import type { LogSubject } from './log-conformance/subject.ts';
import { describeTopics } from './log-conformance/topics.ts';

export type { LogSubject } from './log-conformance/subject.ts';

/** `open` is called once; the tests share the log and name their topics and groups at random. */
export function describeEventLog(name: string, open: () => Promise<LogSubject>): void {
  describe(`${name} as an event log`, () => {
    let opened: LogSubject | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    const subject = (): LogSubject => {
      if (opened === undefined) throw new Error('The log has not been opened.');
      return opened;
    };
    describeTopics(subject);
    describeRecords(subject);
    describeConsuming(subject);
    describeSteering(subject);
    describeCommits(subject);
  });
}
