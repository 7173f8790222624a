// An archive without anything is no success: what is told instead.
import { say } from '../../output/terminal.ts';

const TROUBLE = 2;

export function nothing(address: string, topic: string | undefined): void {
  say(`There is nothing${topic === undefined ? '' : ` of topic ${topic}`} in the archive ${address}.`);
  say(
    '  Traffic is stored while an experiment runs: parallax start EXPERIMENT. Another archive: --archive file:DIR or s3://BUCKET/PREFIX.',
  );
  process.exitCode = TROUBLE;
}
