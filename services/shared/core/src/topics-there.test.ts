// A topic that is not there: what is, and what was probably meant.
import { expect, test } from 'vitest';
import { meantTopic, topicsThere } from './topics-there.ts';

test('the topics there are stand in the order of the log, what is our own left out', () => {
  expect(topicsThere(['b'], ['a', 'other', 'parallax.x.checkpoints'])).toBe('It has a, other.');
  expect(topicsThere(['b'], ['parallax.x.checkpoints'])).toBe('It has none.');
});

test('a name that is nearly one of them is told, first of all', () => {
  const many = Array.from({ length: 40 }, (_, n) => `zone-${n}.measured`);
  const said = topicsThere(['orders.prced', 'nothing-like-it-at-all'], [...many, 'orders.priced']);
  expect(said).toMatch(/^It has orders\.priced, zone-0\.measured, .* and 29 more\. Did you mean orders\.priced\?$/);
});

test('a name of few letters is near to too many others', () => {
  expect(meantTopic('b', ['a'])).toBeUndefined();
  expect(meantTopic('order', ['orders'])).toBe('orders');
});
