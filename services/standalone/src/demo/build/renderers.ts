// The three systems of the demo: what each makes of a document. Legacy is marked 4, both candidate builds are marked 18.
import { Marked, type MarkedExtension, type Token } from 'marked';
import { gfmHeadingId, resetHeadings } from 'marked-gfm-heading-id';
import { getDefaults, lexer as lexer4, Parser as Parser4 } from 'marked4';
import { type MarkdownToken, type RenderedDocument, structureOf } from './structure.ts';

export const BUILDS = ['legacy', 'a', 'b'] as const;
export type BuildName = (typeof BUILDS)[number];

/** What a build publishes for a document; `renderedAt` is the time of rendering. */
export type Renderer = (path: string, markdown: string, renderedAt: Date) => RenderedDocument;

/** A fresh renderer of this build, with the library's defaults wherever nothing else is said. */
export function rendererOf(build: BuildName): Renderer {
  switch (build) {
    case 'legacy':
      return legacyRenderer();
    case 'a':
      return currentRenderer(new Marked());
    case 'b':
      return currentRenderer(new Marked(gfmHeadingId(), escapedText));
  }
}

function legacyRenderer(): Renderer {
  return (path, markdown, renderedAt) => {
    const tokens = lexer4(markdown, getDefaults());
    // One parser a document: it numbers the repeated heading ids.
    const parser = new Parser4(getDefaults());
    return render(path, renderedAt, tokens, (token) => parser.parse([token]));
  };
}

function currentRenderer(marked: Marked): Renderer {
  return (path, markdown, renderedAt) => {
    // The heading plugin numbers repeated ids in a list of its own, which the library clears only in marked.parse().
    resetHeadings();
    const tokens = marked.lexer(markdown);
    if (marked.defaults.walkTokens) void marked.walkTokens(tokens, marked.defaults.walkTokens);
    const parser = new marked.Parser(marked.defaults);
    return render<Token>(path, renderedAt, tokens, (token) => parser.parse([token]));
  };
}

function render<T extends MarkdownToken>(
  path: string,
  renderedAt: Date,
  tokens: readonly T[],
  toHtml: (token: T) => string,
): RenderedDocument {
  // Before the HTML: the old parser writes check boxes into the tokens it is given.
  const structure = structureOf(tokens);
  const outline: string[] = [];
  const html: Record<string, string[]> = {};
  for (const token of tokens) {
    const rendered = toHtml(token);
    if (rendered === '') continue;
    outline.push(token.type);
    const alike = html[token.type] ?? [];
    alike.push(rendered);
    html[token.type] = alike;
  }
  return { path, renderedAt: renderedAt.toISOString(), ...structure, outline, html };
}

/** Version 4 escaped the text in its tokens for HTML, version 18 keeps it plain. This brings the escaped text back. */
const escapedText: MarkedExtension = {
  walkTokens(token) {
    if (token.type === 'codespan') token.text = escapeHtml(token.text, /[&<>"']/g);
    if ((token.type === 'text' && !token.tokens) || token.type === 'escape') {
      token.text = escapeHtml(token.text, /[<>"']|&(?!(?:#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g);
      Object.assign(token, { escaped: true });
    }
  },
  renderer: { codespan: ({ text }) => `<code>${text}</code>` },
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (character) => ENTITIES[character] ?? character);
}
