// What a build process is told: on its command line, which build it is; in its environment, which topics.
import { readFileSync } from 'node:fs';
import { Fault } from '@parallax/core';
import { LOG_ACCESS_OPTIONS, type LogAccess, readOptions } from '@parallax/platform';
import { z } from 'zod';
import { FAULT_KINDS, type FaultPlan } from '../faults.ts';
import { BUILDS, type BuildName } from './renderers.ts';

export interface BuildConfig {
  readonly build: BuildName;
  /** Address of the event log. */
  readonly log: string;
  readonly access: LogAccess;
  readonly input: string;
  readonly output: string;
  readonly group: string;
  /** From the JSON file PARALLAX_DEMO_FAULTS names; absent: nothing goes wrong on purpose. */
  readonly faults: FaultPlan | undefined;
}

const faultPlan = z.strictObject({
  seed: z.int(),
  faults: z.array(
    z.strictObject({
      kind: z.enum(FAULT_KINDS),
      side: z.enum(['legacy', 'candidate']),
      document: z.string(),
      delayMs: z.int().min(0),
    }),
  ),
});

const VARIABLES = ['PARALLAX_LOG', 'PARALLAX_INPUT', 'PARALLAX_OUTPUT', 'PARALLAX_GROUP'] as const;

/** Everything that is wrong comes in one fault. */
export function buildConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): BuildConfig {
  const [flag, name] = argv;
  const build = BUILDS.find((one) => one === name);
  const wrong: string[] = [];
  if (flag !== '--build' || build === undefined || argv.length !== 2) {
    wrong.push(`the arguments were '${argv.join(' ')}', allowed: --build ${BUILDS.join('|')}`);
  }
  const given = (variable: (typeof VARIABLES)[number]) => {
    const value = env[variable] ?? '';
    if (value === '') wrong.push(`${variable} is not set`);
    return value;
  };
  const [log, input, output, group] = [
    given(VARIABLES[0]),
    given(VARIABLES[1]),
    given(VARIABLES[2]),
    given(VARIABLES[3]),
  ];
  if (build === undefined || wrong.length > 0) {
    throw new Fault(`A build cannot start: ${wrong.join('; ')}.`, {
      code: 'bad-settings',
      cure: `Set ${VARIABLES.join(', ')} and name the build, for example: --build b`,
    });
  }
  const access = readOptions(LOG_ACCESS_OPTIONS, env);
  return { build, log, access, input, output, group, faults: readFaultPlan(env.PARALLAX_DEMO_FAULTS) };
}

/** The plan in a file; undefined without one. */
export function readFaultPlan(file: string | undefined): FaultPlan | undefined {
  if (file === undefined || file === '') return undefined;
  try {
    return faultPlan.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Fault(`The fault plan '${file}' (PARALLAX_DEMO_FAULTS) cannot be read.`, {
      code: 'bad-fault-plan',
      cure: 'Unset the variable, or write the plan with faultPlan().',
      cause,
    });
  }
}
