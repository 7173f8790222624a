// What the comparator tells of the rules.
import type { Experiment, KnownRule, RuleDoubt, RuleUse } from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';

export function rulesChanged(experiment: string): TelemetryEvent {
  return {
    name: 'rules-changed',
    level: 'warn',
    message: `The rules of ${experiment} have changed since it was last compared. What was judged before stays as it was judged; with --forget --from earliest all of it is judged again.`,
    fields: { experiment },
  };
}

/** Once, at the start. */
export function rulesDoubtful({ name, rules }: Experiment, doubts: readonly RuleDoubt[]): TelemetryEvent {
  const [first] = doubts;
  const more = doubts.length === 1 ? '' : ` So it is with ${doubts.length - 1} more.`;
  return {
    name: 'rules-doubtful',
    level: 'warn',
    message: `${first?.message ?? ''}${more} \`parallax check\` tells lines and what to do.`,
    fields: { experiment: name, doubts: doubts.map(({ code, rule }) => ({ code, rule: rules[rule]?.name })) },
  };
}

/** What each rule excused since the process began, and which did nothing; `pairs`: compared, not equal by bytes; judged again they count again. */
export function rulesUsed(experiment: string, pairs: number, rules: readonly RuleUse[]): TelemetryEvent {
  const idle = rules.filter(({ remark }) => remark === 'never-met' || remark === 'never-hit').map(({ name }) => name);
  const words =
    idle.length === 0
      ? ''
      : `; ${idle.length} of ${rules.length} rules did nothing: ${idle.slice(0, 5).join(', ')}${idle.length > 5 ? ', …' : ''}`;
  return {
    name: 'rules-used',
    level: 'info',
    message: `What the rules of ${experiment} excused in ${pairs} comparisons of pairs since the start is counted below${words}.`,
    fields: { experiment, pairs, rules, idle },
  };
}

/** Counted by rule: an alarm on this counter is an alarm on known differences that count again. */
export function knownExpired(experiment: string, { name, owner, ticket, expires }: KnownRule): TelemetryEvent {
  return {
    name: 'known-expired',
    level: 'warn',
    message: `The known difference ${name} (${owner}, ${ticket}) has expired on ${expires}: it counts again.`,
    fields: { experiment, rule: name, owner, ticket, expires },
    labels: { rule: name },
  };
}
