import { EMBED_LIMITS, packSize } from "@tocsin/alert/embed";
import type { Delivery } from "@tocsin/queue";
import { isSilent, mentionsFor } from "../routing/delivery-options.ts";
import { viewOf } from "./alert-view.ts";
import type { SubjectState } from "./next-step.ts";
import type { Face } from "./sealed-call.ts";

/** A subject that is to be shown by a new message. */
export interface Post {
  readonly delivery: Delivery;
  readonly state: SubjectState;
  /** Whether Discord refused the form of its message before. */
  readonly isStrict: boolean;
}

/** What one new message is to show. */
export interface PostGroup {
  readonly face: Face;
  readonly posts: readonly Post[];
}

/** Alerts share messages when more than so many wait: Discord lets about as many through at once (5 in 2 s for webhooks). */
const PACK_ABOVE_COUNT = 5;
/** A list stays readable, and a plan small. */
const MAX_DIGEST_COUNT = 200;

/**
 * Decides which new messages show which alerts. A list where a route asks for one and enough wait; several cards in one message
 * where many wait; else one each. In the order of the first alert of each message. Pure.
 */
export function groupPosts(posts: readonly Post[], { isForum }: { readonly isForum: boolean }): readonly PostGroup[] {
  const folded = isForum ? new Set<Post>() : postsToFold(posts);
  const groups: { readonly face: Face; readonly posts: Post[]; size: number; readonly key: string | null }[] = [];
  for (const post of posts) {
    const isFolded = folded.has(post);
    const face: Face = isFolded ? "digest" : "alert";
    const isPacked = !isFolded && !isForum && posts.length > PACK_ABOVE_COUNT && isPackable(post);
    const size = isPacked ? sizeOf(post) : 0;
    const key = isFolded || (isPacked && size !== null) ? keyOf(post, face) : null;
    const group = groups.find((open) => key !== null && open.key === key && hasRoom(open, size ?? 0));
    if (group === undefined) {
      groups.push({ face, key, posts: [post], size: size ?? 0 });
    } else {
      group.posts.push(post);
      group.size += size ?? 0;
    }
  }
  // What pings others, or arrives otherwise than the rest of the storm, may be left over: one alert is no list.
  return groups.map((group) => (group.posts.length === 1 ? { ...group, face: "alert" } : group));
}

function hasRoom(group: { readonly face: Face; readonly posts: readonly Post[]; readonly size: number }, size: number) {
  if (group.face === "digest") return group.posts.length < MAX_DIGEST_COUNT;
  return group.posts.length < EMBED_LIMITS.embeds && group.size + size <= EMBED_LIMITS.total;
}

/** How much of a message an alert takes; `null` for one that cannot be rendered, which must take no other with it. */
function sizeOf({ state }: Post): number | null {
  try {
    return packSize(viewOf(state.record), {});
  } catch {
    return null;
  }
}

/** Those that share a message ping the same people, or nobody, and are all silent, or none is. */
function keyOf({ state: { record, delivery } }: Post, face: Face): string {
  const { alert } = record;
  return JSON.stringify([face, mentionsFor(alert, delivery.mentions) ?? null, isSilent(alert, delivery.silent)]);
}

/** What people have to decide on, and what has a thread of its own, stands alone. */
function isPackable({ state: { record, delivery }, isStrict }: Post): boolean {
  return delivery.pack && !delivery.thread && record.alert.action === undefined && !isStrict;
}

function postsToFold(posts: readonly Post[]): ReadonlySet<Post> {
  const foldable = posts.filter(({ state: { record, delivery }, isStrict }) => {
    const { severity, action } = record.alert;
    return delivery.digest !== null && severity !== "critical" && action === undefined && !isStrict;
  });
  const isStorm = ({ state: { delivery } }: Post) => foldable.length >= (delivery.digest?.minCount ?? Infinity);
  return new Set(foldable.filter(isStorm));
}
