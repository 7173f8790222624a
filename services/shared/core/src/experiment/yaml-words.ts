// What is wrong with YAML, in words for those who do not know how it is parsed.

const LONGEST_SHOWN = 60;

/** By code of the parser, what to do. */
const CURES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_ALIAS: 'A text that begins with * must be in quotes, such as "*" or "*/id"; else * names an &anchor above.',
  BAD_INDENT: 'Is a { or [ above it left open, or the line indented less or more than its neighbours?',
  DUPLICATE_KEY: 'Put what belongs together under one of them: YAML readers differ in which they take.',
  TAG_RESOLVE_FAILED: 'Tags are not read: leave it out, or put a text that begins with ! in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'A colon and a space begin a value: put a text that holds them in quotes.',
};

export function yamlCure(code: string): string | undefined {
  return CURES[code];
}

/** The parser's own words where they help, ours where they are about its inside. */
export function sentence(code: string, message: string, rest: string): string {
  if (code === 'DUPLICATE_KEY') {
    const key = keyAt(rest);
    return `${key === undefined ? 'This key' : `The key \`${key}\``} stands twice in the same map.`;
  }
  if (code === 'NON_STRING_KEY') return 'This key is not a string; put it in quotes if it is meant as one.';
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}

/** The key a text begins with, plain or in quotes. */
function keyAt(rest: string): string | undefined {
  const [, double, single, plain] =
    /^(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|((?:[^:\n]|:(?=\S))+))/.exec(rest) ?? [];
  const key = double ?? single?.replaceAll("''", "'") ?? plain?.trim();
  return key ? shorten(key) : undefined;
}

/** On one line, and without controls. */
export function shorten(source: string): string {
  const line = source
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '·')
    // An address may have been given with a password, which is refused for just that reason.
    .replace(/:\/\/[^/\s]*@/g, '://***@');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN - 1)}…`;
}
