// A misspelt variable is told, with what was probably meant, and never with its value.
import { expect, test } from 'vitest';
import { unknownVariables } from './variables.ts';

test.each([
  ['PARALLAX_LOG_PASSWRD', 'did you mean PARALLAX_LOG_PASSWORD?'],
  ['PARALAX_LOG', 'did you mean PARALLAX_LOG?'],
  ['PARALLAX_STROE', 'did you mean PARALLAX_STORE?'],
  ['PARALLAX_STORE_PASSWORD_FIEL', 'did you mean PARALLAX_STORE_PASSWORD_FILE?'],
  ['PARALLAX_WHATEVER_ELSE_IT_IS', '--help'],
])('%s is told: %s', (name, cure) => {
  const [told] = unknownVariables({ [name]: 's3cret', PARALLAX_LOG: 'embedded:x', PATH: '/bin' });
  expect(told?.message).toContain(`${name} `);
  expect(told?.message).toContain(cure);
  expect(told?.message).not.toContain('s3cret');
});

test('what there is, as a file too, what is empty, and what is made for others is not told', () => {
  const environment = { PARALLAX_LOG_KEY_FILE: 'x', PARALLAX_OUTPUT_PRICE: 'x', PARALLAX_LOGS: '', HOME: 'x' };
  expect(unknownVariables(environment)).toEqual([]);
});
