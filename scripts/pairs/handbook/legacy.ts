// The side in use: the tokens of marked, as it names them.
import { lexer, type Token, type Tokens, walkTokens } from 'marked';
import { body } from './front-matter.ts';

export function legacy(text: string): unknown {
  const tokens = lexer(body(text));
  const page = { headings: [] as unknown[], links: [] as unknown[], images: [] as unknown[], code: [] as unknown[] };
  void walkTokens(tokens, (token: Token) => {
    if (token.type === 'heading') page.headings.push({ depth: token.depth, text: plain(token.tokens ?? []) });
    if (token.type === 'link')
      page.links.push({ href: token.href, title: token.title, text: plain(token.tokens ?? []) });
    if (token.type === 'image') page.images.push({ src: token.href, title: token.title, alt: token.text });
    if (token.type === 'code') page.code.push({ lang: token.lang, text: token.text });
  });
  return page;
}

function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      'tokens' in token && token.tokens !== undefined ? plain(token.tokens) : text(token as Tokens.Text),
    )
    .join('');
}

function text({ type, text }: Tokens.Generic): string {
  return type === 'br' ? '\n' : type === 'html' || type === 'image' ? '' : String(text);
}
