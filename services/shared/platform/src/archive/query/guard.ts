// What a question over the archive may name: its records and plain functions; nothing that reaches beyond its files.
//
// Told from the engine's own reading of the question (EXPLAIN AST), so that no way of writing a name gets past. The
// session is read-only besides, which refuses other table functions and every setting; it lets functions and
// INTO OUTFILE through.

/** Table functions that only make rows of what they are given. */
const HARMLESS = new Set([
  'arrowstream',
  'format',
  'generaterandom',
  'generateseries',
  'generate_series',
  'null',
  'numbers',
  'numbers_mt',
  'primes',
  'values',
  'view',
  'viewexplain',
  'zeros',
  'zeros_mt',
]);
/** Functions, wherever they stand: `file` reads this machine's files, the others ask services. */
const REACHING = /^(?:file|ai[A-Z]\w*|catboostEvaluate|icebergHash|zookeeper\w*|filesystem\w*)$/;
/** Under the node of a SELECT: anything else is INTO OUTFILE or FORMAT. */
const PARTS_OF_SELECT = new Set(['ExpressionList', 'Set']);

/** Why the question is refused; undefined: it may be asked. @param ast as EXPLAIN AST prints it, a line a node */
export function reachesElsewhere(ast: string): string | undefined {
  const above: string[] = [];
  for (const line of ast.split('\n')) {
    const depth = line.length - line.trimStart().length;
    const [node = '', name = ''] = line.trim().split(' ');
    const parent = above[depth - 1];
    above[depth] = node;
    if (node === 'Set') return 'SETTINGS could let it reach elsewhere';
    if (node === 'Function' && parent === 'TableExpression' && !HARMLESS.has(name.toLowerCase())) {
      return `${name}() would read elsewhere`;
    }
    if (node === 'Function' && REACHING.test(name)) return `${name}() would reach elsewhere`;
    if (parent === 'SelectWithUnionQuery' && !PARTS_OF_SELECT.has(node)) return 'INTO OUTFILE would write a file';
  }
  return undefined;
}
