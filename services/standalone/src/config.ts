// What standalone is told: the experiment on its command line, everything else in its environment.
import { type From, parseFrom } from '@parallax/comparator';
import {
  ARCHIVE_OPTION,
  CRASH_AT_OPTION,
  type Environment,
  LOG_LEVEL_OPTION,
  LOG_OPTIONS,
  PRIVACY_KEY_OPTION,
  REGISTRY_OPTIONS,
  readArguments,
  readOptions,
  STORE_OPTIONS,
} from '@parallax/platform';

export const STANDALONE_OPTIONS = {
  ...LOG_OPTIONS,
  ...STORE_OPTIONS,
  ...REGISTRY_OPTIONS,
  privacyKey: PRIVACY_KEY_OPTION,
  archive: ARCHIVE_OPTION,
  logLevel: LOG_LEVEL_OPTION,
  crashAt: CRASH_AT_OPTION,
} as const;

export interface StandaloneConfig extends ReturnType<typeof readOptions<typeof STANDALONE_OPTIONS>> {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** Archive and judge what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
  /** With untilCaughtUp: what is there is all there is. */
  readonly complete: boolean;
  readonly from: From;
}

const USAGE = 'standalone EXPERIMENT.yaml [--from earliest|now|TIME] [--until-caught-up [--complete]]';

export function standaloneConfig(argv: readonly string[], environment: Environment): StandaloneConfig {
  const { experiment, flags } = readArguments('standalone service', USAGE, argv, {
    'until-caught-up': { type: 'boolean', default: false },
    complete: { type: 'boolean', default: false },
    from: { type: 'string' },
  });
  return {
    ...readOptions(STANDALONE_OPTIONS, environment),
    experiment,
    untilCaughtUp: flags['until-caught-up'],
    complete: flags.complete,
    from: parseFrom(flags.from),
  };
}
