import type { FastifyReply, FastifyRequest } from "fastify";
import type { Mistake } from "../interactions/mistake.ts";
import { readControlBody, sendIssues } from "./control-answer.ts";

/** Says why somebody cannot do what the request asks for. */
export function sendMistake(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, message, issues }: Mistake,
): FastifyReply {
  return sendIssues(reply, readControlBody(request) ?? {}, issues, { status, message });
}
