// Runs one seed: random steps, crashes and zombies, then a calm end; and holds rows and ledger against the oracle.
import {
  CLOSED_COLUMNS,
  compileCorrelation,
  compilePlan,
  DEFAULT_CORRELATION,
  decodeSide,
  type JoinConfig,
  LEDGER_COLUMNS,
  type LedgerColumn,
  SIDES,
  type Side,
} from '@parallax/core';
import { Actor } from './actor.ts';
import { consult, type Expected, expectedColumn, hasty, idOf, typeOf, untrue } from './oracle.ts';
import { Random } from './random.ts';
import { planScenario, type Scenario, START } from './scenario.ts';
import { World } from './world.ts';

export interface SimulationReport {
  readonly seed: number;
  readonly pairs: number;
  readonly crashes: number;
  /** Rows that showed a pair which differed and had not settled. */
  readonly shown: number;
  /** Payloads let go of because memory was short. */
  readonly shrunk: number;
  /** Rows that gave up for want of memory. */
  readonly gaveUp: number;
  /** What differs from the oracle; empty when all is well. */
  readonly failures: readonly string[];
}

const STEPS = 1500;
/** What a stopped process still does when it wakes after everything is over. */
const LAST_STEPS = 30;
/** Open bytes that no scenario fills. */
const AMPLE = 1 << 20;

export function simulate(seed: number): SimulationReport {
  const random = new Random(seed);
  const scenario = planScenario(random);
  const config = joinConfig(scenario);
  const world = new World(scenario.events, START);
  if (scenario.comesLate) world.advance(scenario.endsAt - START);
  let actor = new Actor(config, world, random, scenario);
  let zombies: Actor[] = [];
  let crashes = 0;
  let shrunk = 0;
  const stepMs = Math.ceil((scenario.endsAt - START) / STEPS) * 2;
  for (let step = 0; step < STEPS; step++) {
    world.advance(random.below(stepMs + 1));
    actor.step();
    for (const zombie of zombies) if (zombie.wakesAt <= world.now && random.chance(0.3)) zombie.step();
    if (random.chance(0.2) && world.flying.length > 0) world.land(random.pick(world.flying));
    if (scenario.crashes && random.chance(0.01)) {
      crashes++;
      // The old process may really be gone, or only stopped for a while: then it goes on, fenced from committing only.
      const fate = random.pick(['stopped', 'stopped', 'gone', 'all gone'] as const);
      if (fate === 'stopped' && scenario.stops) {
        actor.wakesAt = random.chance(0.5) ? world.now : world.now + random.below(stepMs * STEPS);
        zombies = [...zombies.slice(-2), actor];
      }
      if (fate === 'all gone') zombies = [];
      for (const insert of scenario.stops ? [] : world.flying) {
        if (random.chance(0.5)) world.land(insert);
        else world.lose(insert);
      }
      shrunk += actor.join.shrunk;
      actor = new Actor(config, world, random, scenario);
    }
  }
  const calmed = calm(actor, world, scenario);
  shrunk += actor.join.shrunk;
  for (const zombie of zombies) {
    for (let step = 0; step < LAST_STEPS; step++) zombie.step();
    zombie.flush();
  }
  for (const insert of random.shuffle(world.flying)) world.land(insert);
  const checking = scenario.forgets ? checkForgetful : isExact(scenario) ? check : checkLoosely;
  const checked = [...checking(world, scenario, config), ...untrue(world, config.plan)];
  // That a clock has fallen is forgotten by the next process.
  const isTimely = !scenario.clockFalls || crashes === 0;
  return {
    seed,
    pairs: world.rows.size,
    crashes,
    shown: world.sent.filter(({ reason }) => reason === 'unsettled').length,
    shrunk,
    gaveUp: world.sent.filter(({ reason }) => reason === 'budget').length,
    failures: calmed ?? [...checked, ...(isTimely ? hasty(world, scenario.deadlineMs) : [])],
  };
}

/** No more faults: everything is read, judged, written and committed. Returns what went wrong, if it never gets there. */
function calm(actor: Actor, world: World, scenario: Scenario): string[] | undefined {
  for (let round = 0; round < 4000; round++) {
    world.advance(scenario.deadlineMs / 4);
    for (const side of SIDES) {
      actor.sample(side);
      actor.read(side, 50);
    }
    if (scenario.ending === 'calm') actor.join.consumed(world.now, world.now);
    else if (world.isWritten && actor.hasReadAll) for (const side of SIDES) actor.join.complete(side, world.now);
    actor.join.tick(world.now);
    actor.ask();
    actor.fetch();
    actor.flush();
    for (const insert of world.flying) world.land(insert);
    actor.acknowledge();
    actor.commit();
    actor.copyCut();
    if (!world.isWritten || !actor.isIdle) continue;
    actor.copyCut();
    actor.commit(true);
    return undefined;
  }
  return [`still ${actor.join.openPairs} open pairs after everything was written`];
}

/**
 * Where memory is short, what one process gave up without proof may be hidden by the row of another that was stopped
 * for long and knows other events of the id (a known limit): then not every event is in sight.
 */
function isExact({ openBytes, stops }: Scenario): boolean {
  return openBytes >= AMPLE || !stops;
}

/** Still: one judged row an id, nothing agreed or missing that is not, and every event counted once. */
function checkLoosely(world: World, scenario: Scenario, config: JoinConfig): string[] {
  const failures: string[] = [];
  for (const [id, want] of consult(world.log, scenario, config.plan).pairs) {
    const row = world.rows.get(id);
    if (row === undefined || row.state === 'provisional') failures.push(`${id}: no judged row`);
    else if (row.outcome !== want.outcome && row.outcome !== 'inconclusive' && row.outcome !== 'mismatch') {
      failures.push(`${id}: ${row.outcome} ${row.reason}, expected ${want.outcome}`);
    }
  }
  return [...failures, ...checkSums(world)];
}

/** Every event is counted, once. */
function checkSums(world: World): string[] {
  return SIDES.flatMap((side) => {
    const columns = committedColumns(world, side);
    const sum = LEDGER_COLUMNS.reduce((total, column) => total + columns[column], 0);
    const isSound =
      sum === world.log[side].length && columns.open === 0 && CLOSED_COLUMNS.every((column) => columns[column] >= 0);
    return isSound ? [] : [`ledger ${side}: ${JSON.stringify(columns)}`];
  });
}

/**
 * Where an id comes again after it was forgotten, both of its events may be judged by themselves, unless it is one of those
 * that are looked up: the row in sight is of the first ones then, or under `last` of the last. It is true of what it names,
 * and every event is counted once; which column those of the other row stand in is not told. What never came twice is as
 * exact as ever.
 */
function checkForgetful(world: World, scenario: Scenario, config: JoinConfig): string[] {
  const failures: string[] = [];
  const isOnce = ({ offsets }: Expected, id: string) =>
    SIDES.every((side) => offsets[side].length < 2 && !isRepeated(world, side, id));
  for (const [id, want] of consult(world.log, scenario, config.plan).pairs) {
    const row = world.rows.get(id);
    if (row === undefined || row.state === 'provisional') failures.push(`${id}: no judged row`);
    else if (isOnce(want, id) && row.outcome !== want.outcome && row.reason !== 'budget')
      failures.push(`${id}: ${row.outcome} ${row.reason}, expected ${want.outcome}`);
  }
  return [...failures, ...checkSums(world)];
}

function isRepeated(world: World, side: Side, id: string): boolean {
  return world.log[side].filter((record) => idOf(record) === id).length > 1;
}

function check(world: World, scenario: Scenario, config: JoinConfig): string[] {
  const failures: string[] = [];
  const oracle = consult(world.log, scenario, config.plan);
  const expected = { legacy: { ...oracle.asides.legacy }, candidate: { ...oracle.asides.candidate } };
  for (const [id, want] of oracle.pairs) {
    const row = world.rows.get(id);
    if (row === undefined) {
      failures.push(`${id}: no row, expected ${want.outcome}`);
      continue;
    }
    const gaveUp = row.outcome === 'inconclusive' && row.reason === 'budget';
    if (row.state === 'provisional') failures.push(`${id}: only a provisional row`);
    if (row.outcome !== want.outcome && !gaveUp)
      failures.push(`${id}: ${row.outcome} ${row.reason}, expected ${want.outcome}`);
    const differences = row.outcome === 'mismatch' ? world.differencesOf(row) : [];
    const found = differences.sort((a, b) => a.position - b.position).map(({ kind, path }) => `${kind} ${path}`);
    if (String(found) !== String(want.differences) && !gaveUp) {
      failures.push(`${id}: differences ${found}, expected ${want.differences}`);
    }
    if (row.type !== want.type) failures.push(`${id}: type ${row.type}, expected ${want.type}`);
    for (const side of SIDES) {
      const offsets = side === 'legacy' ? row.legacy_offsets : row.candidate_offsets;
      if (String(offsets) !== String(want.offsets[side])) {
        failures.push(`${id}: ${side} offsets ${offsets}, expected ${want.offsets[side]}`);
      }
      want.offsets[side].forEach((_, i, all) => {
        const column = expectedColumn(scenario.pick, row.outcome, i, all.length);
        expected[side][column] = (expected[side][column] ?? 0) + 1;
      });
    }
  }
  for (const id of world.rows.keys()) if (!oracle.pairs.has(id)) failures.push(`${id}: a row nobody expected`);
  for (const side of SIDES) {
    const columns = committedColumns(world, side);
    for (const column of LEDGER_COLUMNS) {
      const want = expected[side][column] ?? 0;
      if (columns[column] !== want) failures.push(`ledger ${side} ${column}: ${columns[column]}, expected ${want}`);
    }
    const sum = LEDGER_COLUMNS.reduce((total, column) => total + columns[column], 0);
    if (sum !== world.log[side].length) failures.push(`ledger ${side}: sum ${sum}, read ${world.log[side].length}`);
  }
  return failures;
}

/** The ledger of the last cut that was committed; the end always commits one. */
function committedColumns(world: World, side: Side): Record<LedgerColumn, number> {
  if (world.committed === undefined) throw new Error('nothing was ever committed');
  const { cut } = decodeSide(world.committed[side]);
  const closed = CLOSED_COLUMNS.map((column, i) => [column, cut.counts[i] ?? 0]);
  return { open: cut.open.size, ...Object.fromEntries(closed) };
}

function joinConfig(scenario: Scenario): JoinConfig {
  const correlate = compileCorrelation(DEFAULT_CORRELATION);
  const plan = compilePlan({
    output: 'default',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: scenario.pick,
    counts: scenario.counts,
    rules: [{ kind: 'ignore', name: 'volatile', paths: ['/seen'] }],
    budgets: { differencesPerPair: 100, payloadBytes: 1 << 20, depth: 1000 },
  });
  return {
    experiment: 'simulated',
    run: 'live',
    output: 'default',
    partition: 0,
    plan,
    bytesDecide: true,
    compareKey: false,
    compareHeaders: [],
    pick: scenario.pick,
    counts: scenario.counts,
    settleMs: scenario.settleMs,
    deadlineMs: scenario.deadlineMs,
    lateMs: Number.MAX_SAFE_INTEGER,
    outageMs: scenario.outageMs,
    maxOutageMs: scenario.maxOutageMs,
    rulesVersion: 1,
    openBytes: scenario.openBytes,
    tombstones: scenario.tombstones,
    lookupEvery: scenario.lookupEvery,
    tracksConsumption: scenario.tracksConsumption,
    sharesTime: true,
    timestamps: { legacy: scenario.timestamps, candidate: scenario.timestamps },
    joins: { seen: false },
    correlate: (_, record) => correlate(record),
    typeOf: (_, record) => typeOf(record),
  };
}
