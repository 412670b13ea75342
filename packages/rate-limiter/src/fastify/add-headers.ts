import type { FastifyReply } from "fastify";

/** Adds a limit's headers to a reply that may have those of another limit. */
export function addRateLimitHeaders(reply: FastifyReply, headers: Readonly<Record<string, string>>): void {
  const known = Number(reply.getHeader("ratelimit-remaining") ?? Number.POSITIVE_INFINITY);
  const isTightest = "retry-after" in headers || Number(headers["ratelimit-remaining"]) < known;
  for (const [name, value] of Object.entries(headers)) {
    const listed = reply.getHeader(name);
    const isList = name === "ratelimit" || name === "ratelimit-policy";
    if (isList && listed !== undefined) reply.header(name, `${listed}, ${value}`);
    else if (isList || isTightest) reply.header(name, value);
  }
}
