import { readFileSync } from 'node:fs';
import { parseExperiment } from '@parallax/core';
import { expect, test } from 'vitest';

test("the demo's experiment is valid and states its window, its question and what does not count", () => {
  const text = readFileSync(new URL('experiment.yaml', import.meta.url), 'utf8');
  const parsed = parseExperiment(text, 'experiment.yaml');
  expect(parsed).toMatchObject({
    kind: 'ok',
    experiment: {
      window: { settleMs: 500, deadlineMs: 5_000 },
      question: expect.any(String),
      input: { topic: 'documents' },
      candidate: { input: 'documents', group: 'renderer-next' },
      rules: [{ paths: ['/renderedAt'] }],
    },
  });
});
