// Regular expressions that cannot hang: matched in time linear in the text (the syntax of RE2), and always the whole text.
import { RE2JS, RE2JSSyntaxException } from 're2js';

export interface LinearRegex {
  /** Whether the whole text fits. Texts beyond {@link LONGEST_MATCHED} characters, and such as are no Unicode, fit nothing. */
  matches(text: string): boolean;
}

/** Even linear time is too long for texts of megabytes under patterns of a thousand steps. UTF-16 units. */
export const LONGEST_MATCHED = 10_000;

export type RegexRead =
  | { readonly kind: 'ok'; readonly regex: LinearRegex }
  | { readonly kind: 'wrong'; readonly what: string; readonly cure: string };

export function linearRegex(pattern: string): RegexRead {
  try {
    const regex = RE2JS.compile(pattern);
    return {
      kind: 'ok',
      regex: {
        matches: (text) => text.length <= LONGEST_MATCHED && text.isWellFormed() && regex.testExact(text),
      },
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return {
      kind: 'wrong',
      what: `${JSON.stringify(pattern)} is no regular expression that takes linear time (${reason(error)})`,
      cure: cureOf(pattern),
    };
  }
}

function reason({ message }: RE2JSSyntaxException): string {
  return message.replace(/^error parsing regexp: /, '');
}

/** By what most often is meant. */
function cureOf(pattern: string): string {
  if (/\(\?<?[=!]/.test(pattern)) {
    return 'Look-around takes more than linear time: the whole text is matched, so say what stands around it as well.';
  }
  if (/\\[1-9]/.test(pattern)) return 'Back-references take more than linear time: write out what may stand there.';
  if (/\(\?>|[*+?}]\+/.test(pattern)) {
    return 'Nothing backtracks here: write a plain group for an atomic one, and leave the second + away.';
  }
  if (/\\[ZzA]/.test(pattern)) return 'Anchors are not needed: the whole text is matched.';
  if (/\{\d*,?\d{4,}\}|\{\d+,?\d*\}.*\{\d+,?\d*\}/.test(pattern)) {
    return 'All repetitions together may come to 1000 at most: use * or + for longer ones.';
  }
  return 'The syntax is that of RE2: https://github.com/google/re2/wiki/Syntax';
}
