// What a test run shows at its end: which tests ran on which real server, and which did not and why.

/** A test of the run, as far as the list is concerned. */
export interface ServerTest {
  readonly file: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly name: string;
  readonly servers: readonly string[];
  readonly withoutServers: string | undefined;
}

/** Lines to print; none when no test asked for a server. */
export function serverSummary(tests: readonly ServerTest[]): readonly string[] {
  const ran = Map.groupBy(
    tests.filter(({ servers, state }) => servers.length > 0 && state !== 'skipped' && state !== 'pending'),
    ({ servers }) => servers.join(' and '),
  );
  const lines = [...ran].flatMap(([on, those]) => [
    `ran on ${on}: ${counted(those)}`,
    ...[...Map.groupBy(those, ({ file }) => file)].map(([file, its]) => `  ${file}: ${counted(its)}`),
  ]);
  const not = tests.filter(({ withoutServers }) => withoutServers !== undefined);
  return [...lines, ...not.map(({ file, name, withoutServers }) => `NOT RUN ${file}: ${name} (${withoutServers})`)];
}

function counted(tests: readonly ServerTest[]): string {
  const failed = tests.filter(({ state }) => state === 'failed').length;
  return `${tests.length} ${tests.length === 1 ? 'test' : 'tests'}${failed === 0 ? '' : `, ${failed} FAILED`}`;
}
