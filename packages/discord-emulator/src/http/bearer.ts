import { createHmac } from "node:crypto";
import { isSame } from "../state/bots.ts";
import type { Identity } from "../state/identity.ts";

/**
 * The token that OAuth2 would give an application for a user who has agreed. It holds in every run on the same data
 * directory.
 */
export function createBearer({ privateKey }: Identity, userId: string): string {
  const proof = createHmac("sha256", privateKey).update(`bearer ${userId}`).digest("base64url");
  return `${Buffer.from(userId).toString("base64url")}.${proof}`;
}

/** The user for whom an Authorization header with such a token speaks. */
export function findBearer(identity: Identity, authorization: string | undefined): string | undefined {
  const [, token = ""] = /^Bearer (\S+)$/.exec(authorization ?? "") ?? [];
  const userId = Buffer.from(token.split(".")[0] ?? "", "base64url").toString("latin1");
  return /^\d{17,19}$/.test(userId) && isSame(token, createBearer(identity, userId)) ? userId : undefined;
}
