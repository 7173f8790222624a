// Build B is fed the whole stored backlog as a run of its own, while the comparator holds it against what legacy answered.
import { type Experiment, topicOfRun } from '@parallax/core';
import { type Lifecycle, readRuns, systemClock } from '@parallax/platform';
import type { RunningBuild, StartBuild } from '../replay/build.ts';
import { startReplayRun } from '../replay/run.ts';
import { type DemoPorts, interrupted } from './pipeline.ts';
import { REPLAY_RUN } from './settings.ts';
import { feedingHeadline, feedingLine } from './story/feeding.ts';
import type { Screen } from './story/screen.ts';
import { type SystemSettings, startSystem } from './systems.ts';

export interface SecondBuildOptions {
  readonly experiment: Experiment;
  readonly screen: Screen;
  /** Milliseconds; never falling. */
  readonly now: () => number;
  /** How the build reaches the event log. */
  readonly access: SystemSettings['access'];
}

const LOOK_EVERY_MS = 200;

/** Resolves once build B has answered the whole backlog and every pair is judged. A run that was begun goes on. */
export async function feedBuildB(life: Lifecycle, ports: DemoPorts, options: SecondBuildOptions): Promise<void> {
  const { experiment, screen, now, access } = options;
  const began = now();
  // The last start may have ended between the end of the run and the note that the story is told.
  const [known] = await readRuns(ports.store, { experiment: experiment.name, run: REPLAY_RUN });
  if (known?.state === 'finished') return;
  screen.say(feedingHeadline(REPLAY_RUN, screen.paint));
  const request = { experiment, run: REPLAY_RUN, pace: 'flat-out', build: 'build B' } as const;
  const replay = await life.start(
    'the replay',
    () => startReplayRun(ports, { ...request, startBuild: startBuildB(now, access) }),
    (started) => started.stop(),
  );
  const done = replay.done.then(() => true);
  while (!(await Promise.race([done, systemClock.sleep(LOOK_EVERY_MS, life.signal)]))) {
    if (life.signal.aborted) break;
    const { fed, buildLag, compared } = replay.progress();
    const answered = fed.inputs.fed - buildLag;
    screen.status(
      feedingLine({ fed: fed.inputs.fed, total: fed.inputs.total, answered, rows: compared.rows }, screen.paint),
    );
  }
  const { state, replay: report } = await replay.done;
  if (state === 'interrupted') throw interrupted();
  screen.say([
    `  ${screen.paint.good('The whole backlog')}: ${report.inputs.fed} documents fed to build B, ${report.outputs.fed} answers of legacy beside them, in ${((now() - began) / 1000).toFixed(1)} s.`,
  ]);
}

function startBuildB(now: () => number, access: SystemSettings['access']): StartBuild {
  return async ({ log, input, outputs, group }): Promise<RunningBuild> => {
    const [output = ''] = Object.values(outputs);
    const system = await startSystem({ build: 'b', log, input, output, group, access }, now);
    const stopped = Promise.withResolvers<undefined>();
    return {
      ended: Promise.race([system.died, stopped.promise]),
      async stop() {
        await system.stop('SIGTERM');
        stopped.resolve(undefined);
      },
    };
  };
}

/** Where a topic of the experiment is found in build B's run. */
export function replayed(topic: string): string {
  return topicOfRun(topic, REPLAY_RUN);
}
