// The side that is to replace it: the tokens of markdown-it, as it names them.
import MarkdownIt, { type Token } from 'markdown-it';
import { body } from './front-matter.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });

export function candidate(text: string): unknown {
  const tokens = markdown.parse(body(text), {});
  const page = { headings: [] as unknown[], links: [] as unknown[], images: [] as unknown[], code: [] as unknown[] };
  tokens.forEach(({ type, tag, info, content, children }, i) => {
    if (type === 'heading_open') page.headings.push({ tag, text: plain(tokens[i + 1]?.children ?? []) });
    if (type === 'fence' || type === 'code_block') page.code.push({ info, content });
    inline(children ?? [], page);
  });
  return page;
}

function inline(children: readonly Token[], page: { links: unknown[]; images: unknown[] }): void {
  children.forEach((token, i) => {
    if (token.type === 'image') page.images.push({ ...Object.fromEntries(token.attrs ?? []), alt: token.content });
    if (token.type !== 'link_open') return;
    const end = children.findIndex(({ type }, at) => at > i && type === 'link_close');
    page.links.push({ ...Object.fromEntries(token.attrs ?? []), text: plain(children.slice(i + 1, end)) });
  });
}

function plain(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content }) =>
      type === 'softbreak' || type === 'hardbreak' ? '\n' : type === 'text' || type === 'code_inline' ? content : '',
    )
    .join('');
}
