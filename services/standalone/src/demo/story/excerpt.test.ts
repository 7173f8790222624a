import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';
import { columns } from './paint.ts';

const json = (value: unknown) => JSON.stringify(value);

describe('an excerpt', () => {
  test('marks what differs and nothing else', () => {
    expect(excerpt(json('<h1 id="usage">Usage</h1>'), json('<h1>Usage</h1>'), 60)).toEqual({
      legacy: '<h1 id="usage">Usage</h1>',
      candidate: '<h1>Usage</h1>',
      marks: '   ^^^^^^^^^^^',
    });
  });

  test('starts shortly before the difference, however far into the value it is', () => {
    const long = 'word '.repeat(10_000);
    const shown = excerpt(json(`${long}old end`), json(`${long}new end`), 40);
    expect(shown.legacy).toBe('…word word word old end');
    expect(shown.candidate).toBe('…word word word new end');
    expect(shown.marks.indexOf('^')).toBe(shown.legacy.indexOf('old'));
  });

  test('shows white space that differs at the end', () => {
    expect(excerpt(json('a\n\n'), json('a'), 40)).toMatchObject({ legacy: 'a⏎⏎', candidate: 'a' });
    expect(excerpt(json('\tx'), json('    x'), 40)).toMatchObject({ legacy: '→x', candidate: '    x' });
  });

  test('says so where a side has no value', () => {
    expect(excerpt(json({ href: 'a' }), null, 40)).toMatchObject({ legacy: '{"href":"a"}', candidate: '(nothing)' });
  });

  test('tells a string from a number of the same spelling', () => {
    const shown = excerpt('1', '"1"', 40);
    expect(shown.legacy).not.toBe(shown.candidate);
  });

  test('puts the marks below wide characters too', () => {
    const shown = excerpt(json('日本語 old'), json('日本語 new'), 40);
    expect(shown.marks).toBe(`${' '.repeat(columns('日本語 '))}^^^`);
  });

  test('of any two different values fits its width, shows a difference, and marks its column', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem({ maxCount: 80 }));
    fc.assert(
      fc.property(value, value, fc.integer({ min: 20, max: 90 }), (left, right, width) => {
        fc.pre(left !== right);
        const shown = excerpt(json(left), json(right), width);
        for (const line of [shown.legacy, shown.candidate, shown.marks])
          expect(columns(line)).toBeLessThanOrEqual(width);
        expect(shown.marks).toMatch(/^ *\^+$/);
      }),
    );
  });

  test('says so where what is kept of two values does not differ', () => {
    expect(excerpt(json('same'), json('same'), 60).marks).toBe('(they part beyond what is kept of the value)');
  });

  test('never carries control characters to the terminal', () => {
    const shown = excerpt(json('\u001b[2J\u0007old'), json('\u001b[2J\u0007new'), 40);
    expect(shown.legacy).toBe('�[2J�old');
  });
});
