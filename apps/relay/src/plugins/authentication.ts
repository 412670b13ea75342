import type { KeyOwner, KeyRing, KeyScope } from "@tocsin/engine";
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendError } from "../wire/send-error.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whose credentials came with the request. `null` on routes that need none. */
    tocsinOwner: KeyOwner | null;
  }
  interface FastifyContextConfig {
    /** The scope that a key needs for this route. Absent: no credentials needed. */
    tocsinScope?: KeyScope;
  }
}

const BEARER = /^Bearer +([^\s:]+):(\S+)$/i;

/**
 * The part of a route's options that lets only keys with `scope` in; `admin` implies every scope but `operator`, `operator` implies all.
 *
 * The check runs before the body is read: wrong credentials never cost the memory of a body. An unknown key and a wrong
 * secret answer the same.
 */
export function secured(keys: KeyRing, scope: KeyScope) {
  return {
    config: { tocsinScope: scope },
    onRequest: async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const credentials = readCredentials(request);
      const owner = credentials && (await keys.verify(credentials.key, credentials.secret));
      if (!owner) return sendError(reply, { code: "unauthorized", message: UNAUTHORIZED });
      if (!allows(owner, scope)) {
        return sendError(reply, { code: "forbidden", message: `This key lacks the scope "${scope}".` });
      }
      request.tocsinOwner = owner;
      return undefined;
    },
  } as const;
}

/** Whose organisation a secured route works for. */
export function organizationIdOf(request: FastifyRequest): string {
  if (request.tocsinOwner === null) throw new Error("Only secured routes know an organisation.");
  return request.tocsinOwner.organizationId;
}

const UNAUTHORIZED =
  "Valid credentials are needed: x-api-key and x-api-secret, or Authorization: Bearer <key>:<secret>.";

function readCredentials(request: FastifyRequest): { key: string; secret: string } | null {
  const { "x-api-key": key, "x-api-secret": secret, authorization } = request.headers;
  if (key !== undefined || secret !== undefined) {
    return typeof key === "string" && typeof secret === "string" && key && secret ? { key, secret } : null;
  }
  const match = authorization === undefined ? null : BEARER.exec(authorization);
  return match?.[1] && match[2] ? { key: match[1], secret: match[2] } : null;
}

function allows(owner: KeyOwner, scope: KeyScope): boolean {
  return owner.scopes.some(
    (given) => given === scope || given === "operator" || (given === "admin" && scope !== "operator"),
  );
}
