// Nanoseconds a pair takes from bytes to the answer, side by side with libraries that compare parsed documents: three sizes,
// and four ways in which the candidate answers. `node scripts/bench/kernel.ts [small] [order] [large]`
import { contest } from './kernel/contest.ts';
import { pairOf, SIZES, VARIANTS } from './kernel/documents.ts';

const asked = process.argv.slice(2);
for (const size of SIZES.filter((one) => asked.length === 0 || asked.includes(one))) {
  process.stdout.write(`${size}: ${pairOf(size, 'equal')[0].length} bytes a document\n`);
  for (const variant of VARIANTS) {
    const { ours, peers, ratio } = contest(size, variant);
    const others = [...peers].map(([name, time]) => `${name} ${time.toFixed(0)}`).join(', ');
    process.stdout.write(
      `  ${variant.padEnd(13)} ${ours.toFixed(0).padStart(9)} ns; ${others}: ${ratio.toFixed(2)} times as fast\n`,
    );
  }
}
