// A kind of divergence with a readable example, as lines of plain text.
import { formatCount, formatPercentage } from './judge.ts';
import { aligned, printable, shownPath, shownValues } from './lines.ts';
import type { ShownDifference, SignatureReport } from './report.ts';

const SHOWN_PATTERNS = 4;

/** @param rank from 1 */
export function describeSignature(signature: SignatureReport, rank: number): readonly string[] {
  const { pairs, share, outcome, output, firstSeen, lastSeen, patterns, kinds, example } = signature;
  const more = patterns.length > SHOWN_PATTERNS ? ` and ${patterns.length - SHOWN_PATTERNS} more places` : '';
  const places = patterns.slice(0, SHOWN_PATTERNS).map(shownPath).join(', ');
  return [
    `${rank}. ${formatCount(pairs, 'pair')}, ${formatPercentage(share, 'nearest')} of the judged: ${outcome}, output ${printable(output)}${signature.signature === '' ? '' : `, ${printable(signature.signature)}`}`,
    ...(kinds.length === 0 ? [] : [`   ${kinds.join(', ')} at ${places}${more}`]),
    `   first ${firstSeen}, last ${lastSeen}`,
    `   example ${printable(example.id)}`,
    ...describeDifferences(example.differences).map((line) => `     ${line}`),
  ];
}

/** One line per difference: path, kind, both values, and the rule that excuses it, with its severity. */
export function describeDifferences(differences: readonly ShownDifference[]): readonly string[] {
  return aligned(
    differences.map(({ path, kind, legacy, candidate, rule, severity, event }) => {
      const [left, right] = shownValues(legacy, candidate);
      return [
        event === undefined ? shownPath(path) : `event ${event + 1}: ${shownPath(path)}`,
        kind,
        `legacy ${left}`,
        `candidate ${right}`,
        rule === '' ? '' : `excused by rule ${printable(rule)}${severity === undefined ? '' : `, ${severity}`}`,
      ];
    }),
  );
}
