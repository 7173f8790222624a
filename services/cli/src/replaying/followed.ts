// A replay until it ends, with a line of how it stands now and then.
import { systemClock } from '@parallax/platform';
import type { ReplayingRun, ReplayRunResult } from '@parallax/standalone';
import { standing } from './words.ts';

const EVERY_MS = 500;

export async function followed(run: ReplayingRun, show: (line: string) => void): Promise<ReplayRunResult> {
  const over = new AbortController();
  const followed = (async () => {
    while (!over.signal.aborted) {
      show(standing(run.progress(), run.settings));
      await systemClock.sleep(EVERY_MS, over.signal);
    }
  })();
  try {
    return await run.done;
  } finally {
    over.abort();
    await followed;
  }
}
