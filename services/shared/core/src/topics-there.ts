// What a log has in place of topics that are not in it: the name that was probably meant, and some of those there are.
import { suggest } from './experiment/suggest.ts';

const MOST_NAMES = 12;
/** Names shorter than this are near to too many others. */
const SHORTEST = 4;
/** What Parallax keeps for itself is nobody's misspelt topic. */
const OWN = /^parallax\./;

/** Sentences: `It has a, b. Did you mean b?` */
export function topicsThere(absent: readonly string[], there: readonly string[]): string {
  const others = there.filter((topic) => !OWN.test(topic));
  if (others.length === 0) return 'It has none.';
  const meant = absent.flatMap((topic) => meantTopic(topic, others) ?? []);
  // Those meant come first, or they might be among the ones that are not shown.
  const shown = [...new Set([...meant, ...others])].slice(0, MOST_NAMES);
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  const did = meant.length === 0 ? '' : ` Did you mean ${meant.join(', ')}?`;
  return `It has ${shown.join(', ')}${more}.${did}`;
}

export function meantTopic(absent: string, there: readonly string[]): string | undefined {
  if (absent.length < SHORTEST) return undefined;
  return suggest(
    absent,
    there.filter((topic) => !OWN.test(topic)),
  );
}
