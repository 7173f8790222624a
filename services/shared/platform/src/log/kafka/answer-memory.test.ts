// Memory comes back once all parts of an answer are delivered, and not before.
import { expect, test } from 'vitest';
import { AnswerMemory, SharedAnswer } from './answer-memory.ts';

const LARGE = 3_000_000;

test('memory that was given back is lent again, to one answer at a time', () => {
  const memory = new AnswerMemory();
  const first = memory.take(LARGE);
  expect(memory.take(LARGE).buffer).not.toBe(first.buffer);
  memory.give(first.buffer);
  memory.give(first.buffer);
  expect(memory.take(LARGE - 500).buffer).toBe(first.buffer);
  expect(memory.take(LARGE).buffer).not.toBe(first.buffer);
});

test('an answer that is larger than what is free gets memory of its own', () => {
  const memory = new AnswerMemory();
  const first = memory.take(LARGE);
  memory.give(first.buffer);
  const larger = memory.take(2 * LARGE);
  expect(larger.length).toBe(2 * LARGE);
  expect(larger.buffer).not.toBe(first.buffer);
});

test('what was not lent from here is not taken: it belongs to others', () => {
  const memory = new AnswerMemory();
  const [foreign, small] = [Buffer.alloc(LARGE), memory.take(100)];
  memory.give(foreign.buffer);
  memory.give(small.buffer);
  expect([foreign.buffer, small.buffer]).not.toContain(memory.take(LARGE).buffer);
});

test('an answer is given back with the last of its parts', () => {
  const memory = new AnswerMemory();
  const { buffer } = memory.take(LARGE);
  const answer = new SharedAnswer(buffer, memory);
  answer.keep();
  answer.keep();
  answer.letGo();
  expect(memory.take(LARGE).buffer).not.toBe(buffer);
  answer.letGo();
  expect(memory.take(LARGE).buffer).toBe(buffer);
});
