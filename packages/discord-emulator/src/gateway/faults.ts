/** What the Gateway does wrong for a while. */
export type GatewayFault =
  /** Heartbeats are not acknowledged. */
  | { readonly kind: "drop_acks" }
  /** RESUME is answered by op 9, d false. */
  | { readonly kind: "refuse_resume" }
  /** Connections are cut before the upgrade. */
  | { readonly kind: "refuse_connections" }
  /** A dispatch is told twice, under two sequence numbers. */
  | { readonly kind: "duplicate" }
  /** A dispatch is told after the one that follows it, or after 100 ms when none does. */
  | { readonly kind: "reorder" }
  /** Dispatches come later. */
  | { readonly kind: "delay"; readonly delay_ms: number };

/** A fault, and when it strikes. */
export interface GatewayFaultRule {
  readonly fault: GatewayFault;
  /** How often; without it, for ever. */
  readonly count?: number;
  /** Chance that it strikes, 0 to 1. @default 1 */
  readonly probability?: number;
  /** Only dispatches of this name. */
  readonly event?: string;
  /** Only this bot; faults of dispatches meet everybody. */
  readonly botId?: string;
}

/** Which faults are in force. The same seed gives the same luck. */
export interface GatewayFaults {
  add(rule: GatewayFaultRule): void;
  list(): readonly (GatewayFaultRule & { readonly struck: number })[];
  clear(): void;
  /** The fault of this kind that strikes now, if any. */
  strike(
    kind: GatewayFault["kind"],
    target: { readonly botId?: string; readonly event?: string },
  ): GatewayFault | undefined;
}

/** `fraction` is the luck of rules with a probability: at least 0, below 1. */
export function createGatewayFaults(fraction: () => number): GatewayFaults {
  let rules: (GatewayFaultRule & { struck: number })[] = [];
  return {
    add: (rule) => void rules.push({ ...rule, struck: 0 }),
    list: () => rules.map((rule) => ({ ...rule })),
    clear() {
      rules = [];
    },
    strike(kind, { botId, event }) {
      const rule = rules.find(
        (one) =>
          one.fault.kind === kind &&
          one.struck < (one.count ?? Number.POSITIVE_INFINITY) &&
          (one.event === undefined || one.event === event) &&
          (one.botId === undefined || one.botId === botId) &&
          (one.probability === undefined || fraction() < one.probability),
      );
      if (!rule) return undefined;
      rule.struck += 1;
      return rule.fault;
    },
  };
}
