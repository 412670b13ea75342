import type { Alert, Severity } from "@tocsin/alert";

/** Ids of a forum's tags. */
export type ForumTagIds = { readonly [condition in Severity | "resolved"]?: readonly string[] };

/** Who is pinged. */
export interface Mentions {
  /** Ids of users and roles, at most 100 each. */
  readonly users?: readonly string[];
  readonly roles?: readonly string[];
  readonly everyone?: boolean;
  /** Only alerts that are at least so severe ping. @default "info" */
  readonly minSeverity?: Severity;
}

/** How alerts are shown at a destination. A route may say it for the alerts that it takes, else the destination does. */
export interface DeliveryOptions {
  /**
   * Whether each alert gets a thread: it is told of what becomes of the alert, and closed when the alert is resolved.
   * @default true where the transport can start threads
   */
  readonly thread?: boolean;
  /**
   * What becomes known of an alert that gets more severe, beside the edit of its message, of which Discord notifies nobody:
   * a reply to the message, a reply that pings `mentions`, or nothing more. @default "reply"
   */
  readonly escalation?: "reply" | "ping" | "edit";
  /** Who is pinged by a new message. @default nobody */
  readonly mentions?: Mentions;
  /** Alerts of these severities arrive without a sound, and so do all notes that an alert is resolved if `resolved` is named. @default none */
  readonly silent?: readonly (Severity | "resolved")[];
  /** Whether alerts may share a message while more of them wait than Discord lets through. @default true */
  readonly pack?: boolean;
  /** Folds alerts that wait into one list as soon as so many do. Critical ones are never folded. @default never */
  readonly digest?: { readonly minCount: number };
}

/** The same, with nothing left open. */
export interface ResolvedDelivery extends Required<Omit<DeliveryOptions, "mentions" | "digest">> {
  readonly mentions: Mentions | null;
  readonly digest: { readonly minCount: number } | null;
}

const DEFAULTS = { escalation: "reply", silent: [], pack: true, mentions: null, digest: null } as const;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warn: 1, critical: 2 };

/** Whether one severity is worse than another. */
export const isWorse = (one: Severity, other: Severity): boolean => RANK[one] > RANK[other];

/** What holds for one alert at one destination. `routed`: what the route says that brought it there. Pure. */
export function resolveDelivery(
  destination: DeliveryOptions,
  routed: DeliveryOptions | undefined,
  { startsThreads }: { readonly startsThreads: boolean },
): ResolvedDelivery {
  const { thread, escalation, mentions, silent, pack, digest } = { ...destination, ...routed };
  return {
    thread: (thread ?? true) && startsThreads,
    escalation: escalation ?? DEFAULTS.escalation,
    silent: silent ?? DEFAULTS.silent,
    pack: pack ?? DEFAULTS.pack,
    mentions: mentions ?? DEFAULTS.mentions,
    digest: digest ?? DEFAULTS.digest,
  };
}

/** Who a message about an alert pings, in the words of the renderer; nobody gives `undefined`. What is over pings nobody. */
export function mentionsFor(
  alert: Alert,
  mentions: Mentions | null,
): { readonly users?: string[]; readonly roles?: string[]; readonly everyone?: boolean } | undefined {
  if (mentions === null || alert.status === "resolved") return undefined;
  if (isWorse(mentions.minSeverity ?? "info", alert.severity)) return undefined;
  const { users, roles, everyone } = mentions;
  return {
    ...(users === undefined ? {} : { users: [...users] }),
    ...(roles === undefined ? {} : { roles: [...roles] }),
    ...(everyone === undefined ? {} : { everyone }),
  };
}

/** Whether what is said about an alert arrives without a sound. */
export const isSilent = (alert: Alert, silent: ResolvedDelivery["silent"]): boolean =>
  silent.includes(alert.status === "resolved" ? "resolved" : alert.severity);
