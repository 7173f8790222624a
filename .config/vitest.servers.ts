// The real servers of a test run: started once, only if a file of the project `servers` is in the run, and told about.
import { relative } from 'node:path';
import type { TestProject } from 'vitest/node';
import { presenceLine, startShared } from '../services/shared/platform/src/testing/servers/start-shared.ts';
import { type ServerTest, serverSummary } from '../services/shared/platform/src/testing/servers/summary.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { logger } = project.vitest;
  const { servers, stop } = await startShared((line) => logger.log(line));
  logger.log(`${presenceLine(servers)}\n`);
  project.provide('servers', servers);
  return async () => {
    for (const line of serverSummary(testsOf(project))) logger.log(line);
    await stop();
  };
}

function testsOf(project: TestProject): readonly ServerTest[] {
  return project.vitest.state
    .getTestModules()
    .filter((module) => module.project === project)
    .flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: relative(project.config.root, module.moduleId),
        state: test.result().state,
        name: test.fullName,
        servers: test.meta().servers ?? [],
        withoutServers: test.meta().withoutServers,
      })),
    );
}
