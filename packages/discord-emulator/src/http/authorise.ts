import type { World } from "../actions/world.ts";
import { type Refusal, refuse, refuseForm, refuseStatus } from "../errors/refusal.ts";
import { authoriseInteraction } from "../interactions/authorise-interaction.ts";
import { isSnowflake } from "../snowflake.ts";
import { isSame } from "../state/bots.ts";
import type { Bot } from "../state/objects.ts";
import type { RouteAuth } from "./call.ts";

type Params = Readonly<Record<string, string>>;

/** Lets a caller through (undefined) or says why not. `bot` is whom the Authorization header names. */
export function authorise(world: World, auth: RouteAuth, params: Params, bot: Bot | undefined): Refusal | undefined {
  if (auth === "bot" && !bot) return refuseStatus(401, "Unauthorized");
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
  if (auth === "interaction") return authoriseInteraction(world, params);
  if (auth !== "webhook") return undefined;
  const webhook = world.state.webhooks.get(params.webhook_id as string);
  if (!webhook) return refuse(10015);
  return isSame(webhook.token, params.webhook_token as string) ? undefined : refuse(50027);
}

/** The bot whose token the Authorization header holds. */
export function findBot({ state }: World, authorization: string | undefined): Bot | undefined {
  return authorization?.startsWith("Bot ") ? state.bots.byToken(authorization.slice("Bot ".length)) : undefined;
}
