import { describe, expect, test } from 'vitest';
import { BUILDS, rendererOf } from './renderers.ts';

const NOON = new Date('2024-01-01T12:00:00Z');

const EVERYTHING = `# Title

See [the guide](./guide.md "Guide") and ![a picture](p.png).

## Title

- one
- two **bold**

> quoted

| a | b |
|---|:-:|
| 1 | \`x < y\` |

\`\`\`ts
const a = 1;
\`\`\`
`;

describe.each(BUILDS)('build %s', (build) => {
  test('takes the whole structure out of a document', () => {
    const rendered = rendererOf(build)('a.md', EVERYTHING, NOON);
    expect(rendered).toMatchObject({
      path: 'a.md',
      renderedAt: '2024-01-01T12:00:00.000Z',
      headings: [
        { depth: 1, text: 'Title' },
        { depth: 2, text: 'Title' },
      ],
      links: [{ href: './guide.md', text: 'the guide', title: 'Guide' }],
      images: [{ href: 'p.png', text: 'a picture', title: null }],
      code: [{ lang: 'ts', text: 'const a = 1;' }],
      tables: [{ align: [null, 'center'], header: ['a', 'b'] }],
      text: ['See the guide and a picture.', 'one', 'two bold', 'quoted'],
      outline: ['heading', 'paragraph', 'heading', 'list', 'blockquote', 'table', 'code'],
    });
    expect(rendered.html.code).toEqual(['<pre><code class="language-ts">const a = 1;\n</code></pre>\n']);
  });

  test('answers a document alike whatever came before it', () => {
    const used = rendererOf(build);
    used('b.md', EVERYTHING, NOON);
    expect(used('a.md', EVERYTHING, NOON)).toEqual(rendererOf(build)('a.md', EVERYTHING, NOON));
  });

  test('makes an empty structure of an empty document', () => {
    expect(rendererOf(build)('a.md', '', NOON)).toMatchObject({ headings: [], text: [], outline: [], html: {} });
  });
});

test("build a loses legacy's heading ids and escaped text, build b has both", () => {
  const of = (build: (typeof BUILDS)[number]) => rendererOf(build)('a.md', EVERYTHING, NOON);
  expect(of('legacy').html.heading).toEqual(['<h1 id="title">Title</h1>\n', '<h2 id="title-1">Title</h2>\n']);
  expect(of('a').html.heading).toEqual(['<h1>Title</h1>\n', '<h2>Title</h2>\n']);
  expect(of('legacy').tables[0]?.rows).toEqual([['1', 'x &lt; y']]);
  expect(of('a').tables[0]?.rows).toEqual([['1', 'x < y']]);
  expect(of('b')).toEqual(of('legacy'));
});

test('legacy itself hides e-mail addresses differently each time: no candidate can agree with that', () => {
  const render = rendererOf('legacy');
  const hidden = new Set(Array.from({ length: 5 }, () => render('a.md', '<someone@example.org>', NOON).links[0]?.href));
  expect(hidden.size).toBeGreaterThan(1);
});
