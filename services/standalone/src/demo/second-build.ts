import type { Experiment } from '@parallax/core';
import type { Lifecycle } from '@parallax/platform';
import type { DemoPorts } from './pipeline.ts';
import type { DemoFolders } from './settings.ts';
import type { Screen } from './story/screen.ts';
export async function feedBuildB(_l: Lifecycle, _p: DemoPorts, _o: { experiment: Experiment; folders: DemoFolders; screen: Screen }): Promise<void> {}
