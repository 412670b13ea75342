import { type FaultEffect, type FaultMatch, type FaultRule, type FaultTarget, isAfterCommit } from "./fault.ts";

/** A rule that was added, and how often it has struck. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  readonly struck: number;
}

/** Decides which requests go wrong. Rules are asked in the order in which they were added. */
export interface FaultInjector {
  add(rule: FaultRule): ActiveFault;
  list(): ActiveFault[];
  clear(): void;
  /** Effects that strike `target` now. After a latency further rules may strike; any other effect is the last. */
  strike(target: FaultTarget, phase: "before" | "after"): FaultEffect[];
}

/** `fraction` is the luck of rules with a probability: at least 0, below 1. */
export function createFaultInjector(fraction: () => number): FaultInjector {
  let faults: { readonly id: string; readonly rule: FaultRule; struck: number; toSkip: number }[] = [];
  let lastId = 0;
  const toActive = ({ id, rule, struck }: (typeof faults)[number]): ActiveFault => ({ id, ...rule, struck });

  return {
    add(rule) {
      lastId += 1;
      const fault = { id: String(lastId), rule, struck: 0, toSkip: rule.skip ?? 0 };
      faults.push(fault);
      return toActive(fault);
    },
    list: () => faults.map(toActive),
    clear() {
      faults = [];
    },
    strike(target, phase) {
      const effects: FaultEffect[] = [];
      for (const fault of faults) {
        const { rule } = fault;
        if (isAfterCommit(rule.effect) !== (phase === "after") || !isMatch(rule.match ?? {}, target)) continue;
        if (fault.struck >= (rule.count ?? Number.POSITIVE_INFINITY)) continue;
        if (fault.toSkip > 0) {
          fault.toSkip -= 1;
          continue;
        }
        if (rule.probability !== undefined && fraction() >= rule.probability) continue;
        fault.struck += 1;
        effects.push(rule.effect);
        if (rule.effect.kind !== "latency") break;
      }
      return effects;
    },
  };
}

function isMatch(match: FaultMatch, target: FaultTarget): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== target.method) return false;
  if (match.route !== undefined && !target.path.includes(match.route) && !target.template.includes(match.route))
    return false;
  if (match.channel_id !== undefined && !target.channelIds.includes(match.channel_id)) return false;
  return match.webhook_id === undefined || match.webhook_id === target.webhookId;
}
