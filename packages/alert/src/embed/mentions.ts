import type { Cut } from "./embed.ts";
import { MAX_CONTENT_COUNT, MAX_MENTIONED_IDS } from "./limits.ts";

/** Who a message pings: they are mentioned in its `content`, and nobody else can be. */
export interface AlertMentions {
  /** Ids of users; the first 100 count. */
  readonly users?: readonly string[];
  /** Ids of roles; the first 100 count. */
  readonly roles?: readonly string[];
  /** Everybody who sees the channel. @default false */
  readonly everyone?: boolean;
}

/** Discord's `allowed_mentions`: what the text of a message may ping. */
export interface AllowedMentions {
  /** `everyone` allows `@everyone` and `@here`. */
  parse: "everyone"[];
  users?: string[];
  roles?: string[];
}

/** What {@link placeMentions} made. */
export interface PlacedMentions {
  /** Begins the content; empty when nobody is mentioned. */
  readonly text: string;
  /** Exactly those whom `text` mentions. */
  readonly allowed: AllowedMentions;
  readonly cuts: readonly Cut[];
}

/** Discord's ids reach the 64th bit, that of the sign, in the year 2084. */
const LARGEST_ID = String(2n ** 63n - 1n);

/** Discord refuses the whole message for one id that is no number of so many bits. Of texts equally long, the greater is later. */
const isId = (id: string): boolean => /^[1-9]\d{0,18}$/.test(id) && (id.length < LARGEST_ID.length || id <= LARGEST_ID);

/**
 * Writes mentions into one line of at most Discord's content, those who reach most first. Ids that are none and those that
 * come twice are left out; what does not fit is told in `cuts`.
 */
export function placeMentions({ users = [], roles = [], everyone = false }: AlertMentions): PlacedMentions {
  const texts = everyone ? ["@everyone"] : [];
  let leftCount = MAX_CONTENT_COUNT - (everyone ? texts.join().length + 1 : 0);
  const cuts: Cut[] = [];

  const place = (kind: "roles" | "users", given: readonly string[], sign: string): string[] => {
    const ids = [...new Set(given.filter(isId))];
    const placed: string[] = [];
    for (const id of ids.slice(0, MAX_MENTIONED_IDS)) {
      const text = `<${sign}${id}>`;
      if (text.length > leftCount) break;
      leftCount -= text.length + 1;
      texts.push(text);
      placed.push(id);
    }
    if (placed.length < ids.length) {
      cuts.push({ path: `/allowed_mentions/${kind}`, fromCount: ids.length, toCount: placed.length });
    }
    return placed;
  };

  const placedRoles = place("roles", roles, "@&");
  const placedUsers = place("users", users, "@");
  return {
    text: texts.join(" "),
    allowed: {
      parse: everyone ? ["everyone"] : [],
      ...(placedUsers.length === 0 ? {} : { users: placedUsers }),
      ...(placedRoles.length === 0 ? {} : { roles: placedRoles }),
    },
    cuts,
  };
}
