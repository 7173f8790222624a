// What every build publishes for a document: its structure, taken from a Markdown parser's tokens, and its HTML.

/** As much of a parser's token as is read here; both major versions of the library produce it. */
export interface MarkdownToken {
  readonly type: string;
  readonly text?: string;
  readonly depth?: number;
  readonly lang?: string;
  readonly href?: string;
  readonly title?: string | null;
  readonly align?: readonly (string | null)[];
  readonly tokens?: readonly MarkdownToken[] | undefined;
  readonly items?: readonly MarkdownToken[];
  readonly header?: readonly MarkdownCell[];
  readonly rows?: readonly (readonly MarkdownCell[])[];
}

export interface MarkdownCell {
  readonly tokens: readonly MarkdownToken[];
}

export interface LinkTarget {
  readonly href: string;
  readonly text: string;
  readonly title: string | null;
}

export interface Structure {
  readonly headings: readonly { readonly depth: number; readonly text: string }[];
  readonly links: readonly LinkTarget[];
  readonly images: readonly LinkTarget[];
  readonly code: readonly { readonly lang: string; readonly text: string }[];
  readonly tables: readonly {
    readonly align: readonly (string | null)[];
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
  /** Every paragraph and list line as plain text. */
  readonly text: readonly string[];
}

/** A published output: the structure, the kinds of the document's blocks in order, and the HTML of each kind in order. */
export interface RenderedDocument extends Structure {
  readonly path: string;
  /** ISO time of the rendering: differs between any two renderings of the same document. */
  readonly renderedAt: string;
  readonly outline: readonly string[];
  readonly html: Readonly<Record<string, readonly string[]>>;
}

type Draft = { -readonly [name in keyof Structure]: Structure[name][number][] };

/** The structure below these block tokens, depth first in document order. */
export function structureOf(blocks: readonly MarkdownToken[]): Structure {
  const draft: Draft = { headings: [], links: [], images: [], code: [], tables: [], text: [] };
  collectBlocks(blocks, draft);
  return draft;
}

function collectBlocks(blocks: readonly MarkdownToken[], draft: Draft): void {
  for (const block of blocks) {
    switch (block.type) {
      case 'heading':
        draft.headings.push({ depth: block.depth ?? 0, text: plainText(block.tokens ?? []) });
        collectInline(block.tokens ?? [], draft);
        break;
      case 'code':
        draft.code.push({ lang: block.lang ?? '', text: block.text ?? '' });
        break;
      case 'table':
        collectTable(block, draft);
        break;
      case 'list':
        for (const item of block.items ?? []) collectBlocks(item.tokens ?? [], draft);
        break;
      case 'blockquote':
        collectBlocks(block.tokens ?? [], draft);
        break;
      case 'paragraph':
      case 'text':
        draft.text.push(block.tokens ? plainText(block.tokens) : (block.text ?? ''));
        collectInline(block.tokens ?? [], draft);
        break;
    }
  }
}

function collectTable(table: MarkdownToken, draft: Draft): void {
  const header = table.header ?? [];
  const rows = table.rows ?? [];
  const cells = (row: readonly MarkdownCell[]): string[] => row.map((cell) => plainText(cell.tokens));
  draft.tables.push({ align: table.align ?? [], header: cells(header), rows: rows.map(cells) });
  for (const cell of [header, ...rows].flat()) collectInline(cell.tokens, draft);
}

function collectInline(inline: readonly MarkdownToken[], draft: Draft): void {
  for (const token of inline) {
    if (token.type === 'link' || token.type === 'image') {
      const text = token.type === 'link' ? plainText(token.tokens ?? []) : (token.text ?? '');
      const target = { href: token.href ?? '', text, title: token.title ?? null };
      (token.type === 'link' ? draft.links : draft.images).push(target);
    }
    if (token.type !== 'image') collectInline(token.tokens ?? [], draft);
  }
}

function plainText(inline: readonly MarkdownToken[]): string {
  let text = '';
  for (const token of inline) {
    if (token.type === 'br') text += '\n';
    else if (token.type === 'image') text += token.text ?? '';
    else if (token.tokens && token.tokens.length > 0) text += plainText(token.tokens);
    else if (token.type !== 'html' && token.type !== 'checkbox') text += token.text ?? '';
  }
  return text;
}
