// Reads what the steps of ./run have left behind: files a dead worker of the runner left unfinished, and the last line.
import { existsSync, readFileSync } from 'node:fs';

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : undefined);
const failed = ({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed').length;
const passed = ({ assertionResults }) => assertionResults.filter(({ status }) => status === 'passed').length;
// Of a file that a dead worker was running no test failed, and some have not been run.
const isUnfinished = (file) => file.status === 'failed' && failed(file) === 0;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

/** What Node and the runner said of a worker's death, from a step's output. */
function lastWords(log) {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  const told = lines.filter((line) => line.includes('Worker exited unexpectedly'));
  const fatal = lines.findIndex((line) => line.includes('# Fatal error') || line.includes('FATAL ERROR'));
  return [...told, ...(fatal < 0 ? [] : lines.slice(fatal, fatal + 30))];
}

function result(work, check, tests, again) {
  const first = read(`${work}/tests.json`);
  const second = read(`${work}/again.json`);
  if (first === undefined) console.log('the tests left no report');
  for (const step of ['check', 'tests', 'again']) {
    const words = lastWords(`${work}/${step}.log`);
    if (words.length > 0) console.log(`NODE DIED in the step "${step}":\n${words.join('\n')}`);
  }
  if (check !== 0) {
    // Told here once more: thousands of lines of the tests have come after it.
    const log = existsSync(`${work}/check.log`) ? readFileSync(`${work}/check.log`, 'utf8').trimEnd() : '';
    console.log(`CHECK FAILED (exit ${check}), its end:\n${log.split('\n').slice(-60).join('\n')}`);
  }
  const repeated = new Set((second ?? []).map(({ name }) => name));
  const files = [...(first ?? []).filter(({ name }) => !repeated.has(name)), ...(second ?? [])];
  const count = { passed: sum(files.map(passed)), failed: sum(files.map(failed)) + files.filter(isUnfinished).length };
  // The runner's own no counts where no file explains it, and a second run excuses only the files it has repeated.
  const isExplained = second === undefined ? tests === 0 : again === 0;
  if (count.failed === 0 && (!isExplained || count.passed === 0)) count.failed += 1;
  if (check !== 0) count.failed += 1;
  if (repeated.size > 0) console.log(`ran again: ${[...repeated].join(', ')}`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}

const [, , command, place, ...codes] = process.argv;
if (command === 'unfinished') for (const file of (read(place) ?? []).filter(isUnfinished)) console.log(file.name);
if (command === 'result') result(place, ...codes.map(Number));
