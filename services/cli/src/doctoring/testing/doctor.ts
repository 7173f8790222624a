// Calls the doctor as a person does, from a folder of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callerEnvironment } from '../../config.ts';
import type { Finding } from '../finding.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

export interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly said: string;
}

export interface Surgery {
  readonly folder: string;
  doctor(experiment: string, log: string, env?: NodeJS.ProcessEnv, ...more: string[]): Promise<Examined>;
  close(): void;
}

export function openSurgery(): Surgery {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-doctor-'));
  return {
    folder,
    doctor(experiment, log, env = {}, ...more) {
      const file = join(folder, `${crypto.randomUUID()}.yaml`);
      writeFileSync(file, experiment);
      const options = { cwd: folder, env: { ...callerEnvironment(), NO_COLOR: '1', ...env } };
      const args = [MAIN, 'doctor', file, '--json', '--log', log, ...more];
      return new Promise((resolve) => {
        execFile(process.execPath, args, options, (error, out, err) => {
          const lines = out.split('\n').filter((line) => line !== '');
          const findings = lines.map((line): Finding => JSON.parse(line));
          resolve({ code: error === null ? 0 : Number(error.code), findings, said: out + err });
        });
      });
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const problems = ({ findings }: Pick<Examined, 'findings'>): readonly Finding[] =>
  findings.filter(({ level }) => level === 'problem');

/** Joined by the key. */
export const experiment = (legacy: string, candidate: string, more = ''): string =>
  `experiment: ${legacy.replaceAll('.', '-')}\nlegacy: { topic: ${legacy} }\ncandidate: { topic: ${candidate} }\ncorrelation: key\n${more}`;
