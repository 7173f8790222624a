// Types of the parts of marked 4 the legacy system uses; that version shipped none.
declare module 'marked4' {
  import type { MarkdownToken } from './structure.ts';

  export interface Marked4Options {
    readonly silent?: boolean;
  }
  export function lexer(markdown: string, options?: Marked4Options): MarkdownToken[];
  export function getDefaults(): Marked4Options;
  export class Parser {
    constructor(options?: Marked4Options);
    parse(tokens: readonly MarkdownToken[]): string;
  }
}
