// The commands the demo ends with: each runs as printed, in the folder the demo was started in.
import { relative } from 'node:path';
import { type DemoFolders, demoFolders, REPLAY_RUN } from './settings.ts';
import type { Command } from './story/builds.ts';

/** `example`: a document to explain. */
export function closingCommands(
  experiment: string,
  folders: DemoFolders,
  example: string,
  from: string,
): readonly Command[] {
  const root = relative(from, folders.root) || '.';
  const parallax = 'npm run --silent parallax --';
  const inFolder = demoFolders(folders.root);
  const store = `--store ${folders.store === inFolder.store ? `chdb:${quoted(root)}/store` : quoted(folders.store)}`;
  const archive = `--archive ${folders.archive === inFolder.archive ? `file:${quoted(root)}/archive` : quoted(folders.archive)}`;
  const isInFolder = Object.entries(inFolder).every(([name, place]) => folders[name as keyof DemoFolders] === place);
  return [
    { line: `${parallax} verdict ${experiment} ${store}`, purpose: 'build A, live: the verdict and its ledger' },
    { line: `${parallax} verdict ${experiment} --run ${REPLAY_RUN} ${store}`, purpose: 'build B, on the backlog' },
    { line: `${parallax} runs compare live ${REPLAY_RUN} ${store}`, purpose: 'fixed, remaining, new' },
    {
      line: `${parallax} signatures ${experiment} --run ${REPLAY_RUN} ${store}`,
      purpose: 'what is left to do, by kind',
    },
    { line: `${parallax} explain ${quoted(example)} --run ${REPLAY_RUN} ${store}`, purpose: 'one document, in words' },
    {
      line: `${parallax} sql "SELECT run, outcome, count() FROM pairs GROUP BY ALL ORDER BY ALL" ${store}`,
      purpose: 'anything else, in SQL',
    },
    { line: `${parallax} archive ls ${archive}`, purpose: 'the traffic that was kept' },
    { line: `${parallax} archive verify ${archive}`, purpose: 'prove that it is whole' },
    ...(isInFolder ? [{ line: 'npm start -- --fresh', purpose: 'the whole story again, from an empty folder' }] : []),
  ];
}

function quoted(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
