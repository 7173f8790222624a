// Pages begin with a block of YAML, which is no Markdown.

/** What follows it. */
export function body(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, '');
}
