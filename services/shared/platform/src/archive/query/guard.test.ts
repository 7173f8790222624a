// What is refused is told from the engine's reading of a query, whatever it is written like.
import { expect, test } from 'vitest';
import { reachesElsewhere } from './guard.ts';

/** As EXPLAIN AST prints SELECT … FROM …. */
const select = (column: string, table: string, after = '') => `SelectWithUnionQuery (children 1)
 ExpressionList (children 1)
  SelectQuery (children 2)
   ExpressionList (children 1)
    ${column}
   TablesInSelectQuery (children 1)
    TablesInSelectQueryElement (children 1)
     TableExpression (children 1)
      ${table}
       ExpressionList (children 1)
        Literal 'x'
${after}`;

test.each([
  [select('Asterisk', 'Function s3 (children 1)'), 's3() would read'],
  [select('Asterisk', 'Function S3Cluster (alias x) (children 1)'), 'S3Cluster() would read'],
  [select('Asterisk', 'Function eval (children 1)'), 'eval() would read'],
  [select('Asterisk', 'Function merge (children 1)'), 'merge() would read'],
  [select('Function file (children 1)', 'TableIdentifier records'), 'file() would reach'],
  [select('Function aiGenerate (children 1)', 'TableIdentifier records'), 'aiGenerate() would reach'],
  [select('Asterisk', 'TableIdentifier records', '   Set'), 'SETTINGS'],
  [select('Asterisk', 'TableIdentifier records', " Literal '/tmp/x'"), 'INTO OUTFILE'],
])('refused is %s', (ast, why) => {
  expect(reachesElsewhere(ast)).toContain(why);
});

test.each([
  select('Function count (children 1)', 'TableIdentifier records'),
  select('Function path (alias file) (children 1)', 'TableIdentifier archive.records (alias url)'),
  select('Asterisk', 'Function numbers (children 1)'),
  'DescribeQuery (children 1)\n TableExpression (children 1)\n  TableIdentifier records\n',
  'ShowTables\n',
])('let through is %s', (ast) => {
  expect(reachesElsewhere(ast)).toBeUndefined();
});
