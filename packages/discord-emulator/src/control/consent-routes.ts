import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import { createBearer } from "../http/bearer.ts";
import { checkBody } from "../validate/check.ts";
import { readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";

/** What a user's consent gives an application: a token to act in that user's name, where bots may not. */
export function registerConsentRoutes(app: FastifyInstance, { state, identity }: World): void {
  app.post("/bearer-tokens", (request, reply) => {
    const body = readControlBody(request) ?? {};
    const { value, issues } = checkBody(
      { kind: "object", fields: { user_id: { kind: "snowflake", required: true } } },
      body,
    );
    if (issues.length > 0) return sendIssues(reply, body, issues);
    const user = state.users.get(String(value.user_id));
    if (!user) return sendControlError(reply, 404, "There is no such user.");
    return sendControl(reply, 200, {
      access_token: createBearer(identity, user.id),
      token_type: "Bearer",
      scope: "applications.commands.permissions.update",
    });
  });
}
