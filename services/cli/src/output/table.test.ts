// Tables stay aligned whatever the cells hold.
import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell and numbers stand to the right', () => {
  expect(
    table(
      ['outcome', 'pairs'],
      [
        ['match', 1200],
        ['missing-candidate', 7],
      ],
    ),
  ).toBe(
    [
      'outcome            pairs',
      '-----------------  -----',
      'match               1200',
      'missing-candidate      7',
    ].join('\n'),
  );
});

test('control characters of the data never reach the terminal', () => {
  expect(table(['id'], [['a\u001b[31m\nb']])).not.toMatch(/[^\P{Cc}\n]/u);
});

test('a long cell is cut with an ellipsis', () => {
  expect(table(['v'], [['x'.repeat(100)]], { maxCell: 5 })).toContain('xxxx…');
});

test('a table without rows is its header', () => {
  expect(table(['a', 'bb'], [])).toBe('a  bb\n-  --');
});

test('there may be more rows than a call takes arguments', () => {
  expect(table(['n'], Array<[string]>(300_000).fill(['x'])).length).toBe(2 * 300_002 - 1);
});

test('what is wider than the terminal comes in parts, each with what names its rows', () => {
  const header = ['topic', 'p', 'records', 'from', 'to'];
  expect(table(header, [['orders', 1, 20, 'x'.repeat(8), 'y'.repeat(8)]], { columns: 20, names: 2 })).toBe(
    [
      'topic   p  records',
      '------  -  -------',
      'orders  1       20',
      '',
      'topic   p  from',
      '------  -  --------',
      'orders  1  xxxxxxxx',
      '',
      'topic   p  to',
      '------  -  --------',
      'orders  1  yyyyyyyy',
    ].join('\n'),
  );
  expect(table(['id', 'text'], [['a', 'x'.repeat(50)]], { columns: 20 }).split('\n')).toHaveLength(3);
});

test('numbers in words stand to the right where that is asked for, and empty cells among them', () => {
  const rows = [
    ['a', '1,200', '0.5', 'kept up'],
    ['b', '7', '', '5'],
  ];
  const lines = table(['', 'count', 'rate', 'state'], rows, { numbersAsText: true }).split('\n');
  expect(lines.slice(2)).toEqual(['a  1,200   0.5  kept up', 'b      7        5']);
  expect(table(['', 'count'], [['b', '7']]).split('\n')[2]).toBe('b  7');
});
