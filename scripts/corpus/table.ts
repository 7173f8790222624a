// The score of a corpus for people: what was tried, what was found, what rules excused.
import type { RuleSet } from './corpus.ts';
import type { Score } from './judge.ts';

export function table(rules: RuleSet, score: Score): string {
  const { changes, semantic, found, excusedBy, harmless, reported, quiet, unreadable, judged, kinds, places, wrong } =
    score;
  const rows: (readonly [string, number | string])[] = [
    ['changes made', changes],
    ['  found, of those that count', `${found} of ${semantic}`],
    ...[...excusedBy].sort().map(([rule, times]) => [`  excused by ${rule}`, times] as const),
    ['reported, of what means nothing', `${reported} of ${harmless}`],
    ...[...quiet].sort().map(([noise, times]) => [`  agreed, of nothing but noise: ${noise}`, times] as const),
    ['judged, of what cannot be read', `${judged} of ${unreadable}`],
    ['kinds of change', kinds.size],
    ['places × contexts', places.size],
    ['wrong', wrong.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`);
  const shown = wrong.slice(0, 3).map(({ why, shown }) => `  ${why}\n    ${shown.replaceAll('\n', '\n    ')}\n`);
  return `${rules} rules\n${lines.join('')}${shown.join('')}`;
}
