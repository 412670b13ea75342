import type { FastifyInstance } from "fastify";
import type { FormIssue } from "../errors/form-errors.ts";
import { parseFault } from "../faults/parse-fault.ts";
import type { Services } from "../http/services.ts";
import type { LimitProfile } from "../limits/profile.ts";
import { checkBody } from "../validate/check.ts";
import { readControlBody, sendControl, sendIssues } from "./control-answer.ts";

const NO_OBJECT: readonly FormIssue[] = [{ path: [], code: "MODEL_TYPE_CONVERT", message: "a JSON object" }];

/** Faults and rate limits. */
export function registerFaultRoutes(
  app: FastifyInstance,
  { faults }: Services,
  setLimits: (profile: LimitProfile) => void,
): void {
  app.post("/faults", (request, reply) => {
    const body = readControlBody(request);
    if (!body) return sendIssues(reply, {}, NO_OBJECT);
    const issues: FormIssue[] = [];
    const rule = parseFault(body, { path: [], issues });
    return issues.length > 0 ? sendIssues(reply, body, issues) : sendControl(reply, 201, faults.add(rule));
  });
  app.get("/faults", (_request, reply) => sendControl(reply, 200, faults.list()));
  app.delete("/faults", (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.put("/limits", (request, reply) => {
    const body = readControlBody(request);
    if (!body) return sendIssues(reply, {}, NO_OBJECT);
    const choices = ["documented", "strict", "off"];
    const fields = { profile: { kind: "text", required: true, maxCount: 20, choices } } as const;
    const { value, issues } = checkBody({ kind: "object", fields }, body);
    if (issues.length > 0) return sendIssues(reply, body, issues);
    setLimits(value.profile as LimitProfile);
    return sendControl(reply, 200, { profile: value.profile });
  });
}
