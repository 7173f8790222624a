// Sharing out partition numbers: whole, even, side by side, and steady.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Assignment, assign, type GroupMember } from './assigner.ts';
import { decodeAssignment, decodeMember, encodeAssignment, encodeMember } from './assigner-protocol.ts';

const TOPICS = ['candidate', 'legacy'];
const fresh = (id: string, topics = TOPICS): GroupMember => ({ id, topics, owned: [], generation: -1 });

function numbersOf(assignment: Assignment | undefined): number[] {
  return [...new Set([...(assignment?.values() ?? [])].flat())].sort((a, b) => a - b);
}

/** The members as they come into the next generation. */
function next(members: readonly GroupMember[], shared: ReadonlyMap<string, Assignment>, generation: number) {
  return members.map((member) => ({ ...member, owned: numbersOf(shared.get(member.id)), generation }));
}

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 9 });
const counts = fc.record({ legacy: fc.integer({ min: 1, max: 40 }), candidate: fc.integer({ min: 1, max: 40 }) });

describe('sharing out partitions', () => {
  test('gives every partition of every topic to one member, and the same number of all topics to the same', () => {
    fc.assert(
      fc.property(ids, counts, (names, { legacy, candidate }) => {
        const shared = assign(
          names.map((id) => fresh(id)),
          new Map(Object.entries({ legacy, candidate })),
        );
        expect([...shared.keys()].sort()).toEqual([...names].sort());
        for (const [topic, count] of Object.entries({ legacy, candidate })) {
          const given = [...shared.values()].flatMap((assignment) => assignment.get(topic) ?? []);
          expect(given.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, number) => number));
        }
        for (const assignment of shared.values()) {
          for (const number of numbersOf(assignment)) {
            for (const [topic, count] of Object.entries({ legacy, candidate })) {
              if (number < count) expect(assignment.get(topic)).toContain(number);
            }
          }
        }
      }),
    );
  });

  test('is even to one number', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 60 }), (names, count) => {
        const shared = assign(
          names.map((id) => fresh(id)),
          new Map(TOPICS.map((topic) => [topic, count])),
        );
        const sizes = [...shared.values()].map((assignment) => numbersOf(assignment).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('moves no more than evenness asks for, when members come and when they go', () => {
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 60 }), (before, after, count) => {
        const partitions = new Map(TOPICS.map((topic) => [topic, count]));
        const members = before.map((id) => fresh(id));
        const first = assign(members, partitions);
        const known = new Map(next(members, first, 1).map((member) => [member.id, member]));
        const then = after.map((id) => known.get(id) ?? fresh(id));
        const second = assign(then, partitions);
        const most = Math.ceil(count / after.length);
        const larger = count % after.length || after.length;
        // Those that stay keep what fits into their share; how many shares are the larger ones is given.
        const held = then.map(({ owned }) => owned.length);
        const fits = held
          .sort((a, b) => b - a)
          .map((size, index) => Math.min(size, index < larger ? most : Math.floor(count / after.length)))
          .reduce((sum, size) => sum + size, 0);
        const kept = then.reduce((sum, { id, owned }) => {
          return sum + numbersOf(second.get(id)).filter((number) => owned.includes(number)).length;
        }, 0);
        expect(kept).toBe(fits);
      }),
    );
  });

  test('changes nothing when nobody comes or goes', () => {
    fc.assert(
      fc.property(ids, counts, (names, topics) => {
        const partitions = new Map(Object.entries(topics));
        const members = names.map((id) => fresh(id));
        const first = assign(members, partitions);
        expect(assign(next(members, first, 1), partitions)).toEqual(first);
      }),
    );
  });

  test('believes the newer generation where two claim a number', () => {
    const members = [
      { ...fresh('stale'), owned: [0, 1], generation: 3 },
      { ...fresh('recent'), owned: [0, 1], generation: 4 },
    ];
    const shared = assign(members, new Map([['legacy', 2]]));
    expect(numbersOf(shared.get('recent'))).toEqual([0]);
    expect(numbersOf(shared.get('stale'))).toEqual([1]);
  });

  test('shares a topic out among those that ask for it', () => {
    const members = [fresh('old', ['legacy', 'before']), fresh('new', ['legacy', 'after'])];
    const shared = assign(members, new Map(['legacy', 'before', 'after'].map((topic) => [topic, 2])));
    expect(shared.get('old')?.get('before')).toEqual([0, 1]);
    expect(shared.get('new')?.get('after')).toEqual([0, 1]);
    expect([...shared.values()].map((assignment) => assignment.get('legacy')?.length)).toEqual([1, 1]);
  });

  test('leaves out topics that are not there, and gives nothing to members beyond the partitions', () => {
    const shared = assign([fresh('a'), fresh('b')], new Map([['legacy', 1]]));
    expect([...shared.values()].map((assignment) => Object.fromEntries(assignment))).toEqual([{ legacy: [0] }, {}]);
  });
});

describe('what members tell each other', () => {
  test('comes back as it was written', () => {
    const owned = { owned: [0, 7, 12], generation: 2 ** 31 - 1 };
    expect(decodeMember('m', encodeMember(TOPICS, owned))).toEqual({ id: 'm', topics: TOPICS, ...owned });
    const assignment = new Map([
      ['__proto__', [0, 3]],
      ['legacy', [0]],
    ]);
    expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment);
    expect(decodeAssignment(Buffer.alloc(0))).toEqual(new Map());
  });
});
