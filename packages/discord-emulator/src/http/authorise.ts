import { timingSafeEqual } from "node:crypto";
import type { World } from "../actions/world.ts";
import { type Refusal, refuse, refuseForm, refuseStatus } from "../errors/refusal.ts";
import { isSnowflake } from "../snowflake.ts";
import type { RouteAuth } from "./call.ts";

type Params = Readonly<Record<string, string>>;

/** Lets a caller through (undefined) or says why not. */
export function authorise(
  world: World,
  auth: RouteAuth,
  params: Params,
  authorization: string | undefined,
): Refusal | undefined {
  if (auth === "bot" && !isBot(world, authorization)) return refuseStatus(401, "Unauthorized");
  const wrongIds = Object.entries(params).filter(([name, value]) => name.endsWith("_id") && !isSnowflake(value));
  if (wrongIds.length > 0) {
    return refuseForm(
      wrongIds.map(([name, value]) => ({
        path: [name],
        code: "NUMBER_TYPE_COERCE",
        message: `Value "${value}" is not snowflake.`,
      })),
    );
  }
  if (auth !== "webhook") return undefined;
  const webhook = world.state.webhooks.get(params.webhook_id as string);
  if (!webhook) return refuse(10015);
  return isSame(webhook.token, params.webhook_token as string) ? undefined : refuse(50027);
}

/** Tells whether the Authorization header is the bot's. */
export function isBot({ identity }: World, authorization: string | undefined): boolean {
  return authorization !== undefined && isSame(authorization, `Bot ${identity.botToken}`);
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
