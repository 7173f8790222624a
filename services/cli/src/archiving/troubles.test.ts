// What is wrong with an archive is told on three lines, whatever the names of topics and keys are.
import { expect, test } from 'vitest';
import { problemText } from './troubles.ts';

test.each(['\n', '\r', '\u001b[2J', '\u0000', '\u2028', '\u202e', '\u009b2J'])(
  'a name with %j does not reach the terminal as more than a place that cannot be shown',
  (harm) => {
    const place = `topics/a${harm}b.avro`;
    const text = problemText({ code: 'some-code', place, message: `${place} is damaged`, cure: `Restore ${place}.` });
    expect(text.split('\n')).toHaveLength(3);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    expect(text.split('·').length).toBeGreaterThan(3);
  },
);
