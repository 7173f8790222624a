// Pictures say no more and no less than their numbers.
import { expect, test } from 'vitest';
import { bar, shades, widthBeside } from './picture.ts';

test('nothing is blank, something is never blank, and the most is the darkest', () => {
  expect(shades([0, 0.001, 50, 100])).toBe(' .+@');
  expect(shades([0, 0])).toBe('  ');
  expect(shades([5], 0)).toBe(' ');
});

test('a bar is as long as its share, and never longer than there is room', () => {
  expect(bar(50, 100, 10)).toBe('#####');
  expect(bar(1, 1_000_000, 10)).toBe('#');
  expect(bar(200, 100, 10)).toBe('##########');
  expect(bar(0, 100, 10)).toBe('');
});

test('a line fits the terminal, and a narrow one still shows something', () => {
  expect(widthBeside(20, 100)).toBe(80);
  expect(widthBeside(20, undefined)).toBe(60);
  expect(widthBeside(70, 60)).toBe(20);
});
