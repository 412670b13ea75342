import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import type { FormIssue } from "../errors/form-errors.ts";
import type { GatewayFault } from "../gateway/faults.ts";
import type { ClientFilter, Gateway } from "../gateway/gateway.ts";
import { CLOSE } from "../gateway/opcodes.ts";
import type { EventOrder } from "../gateway/options.ts";
import type { JsonObject } from "../json.ts";
import { checkBody } from "../validate/check.ts";
import { readChecked, readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";

/** As much of a session's id as is shown: enough to tell sessions apart, too little to resume one. */
const SHOWN_ID_LENGTH = 8;
const FAULT_KINDS = ["drop_acks", "refuse_resume", "refuse_connections", "duplicate", "reorder", "delay"] as const;
const ACTION_KINDS = [
  "reconnect",
  "invalid_session",
  "close",
  "half_open",
  "heartbeat",
  "end_sessions",
  "guild_unavailable",
  "guild_available",
] as const;

const ORDER = {
  kind: "object",
  fields: { events: { kind: "text", required: true, maxCount: 10, choices: ["after", "before"] } },
} as const;
const MISCHIEF = {
  kind: "object",
  fields: {
    kind: { kind: "text", required: true, maxCount: 30, choices: [...ACTION_KINDS, ...FAULT_KINDS] },
    bot_id: { kind: "snowflake" },
    session_id: { kind: "text", minCount: SHOWN_ID_LENGTH, maxCount: 64 },
    guild_id: { kind: "snowflake" },
    resumable: { kind: "boolean" },
    code: { kind: "integer", min: 1000, max: 4999 },
    delay_ms: { kind: "integer", min: 0, max: 60_000 },
    count: { kind: "integer", min: 1 },
    probability: { kind: "number", min: 0, max: 1 },
    event: { kind: "text", minCount: 1, maxCount: 100 },
  },
} as const;

/** What the Gateway is made to do wrong, and what goes on there. */
export function registerGatewayRoutes(app: FastifyInstance, { state, identity }: World, gateway: Gateway): void {
  app.get("/gateway", (_request, reply) =>
    sendControl(reply, 200, {
      events: gateway.outbox.order,
      connections: gateway.clients().length,
      sessions: gateway.sessions().map(({ id, botId, shard, intents, log, guildIds, reader }) => ({
        id: id.slice(0, SHOWN_ID_LENGTH),
        bot_id: botId,
        shard,
        intents,
        seq: log.lastSeq(),
        guild_ids: [...guildIds],
        connected: reader !== undefined,
      })),
      faults: gateway.faults.list().map(({ fault, botId, ...rest }) => ({
        ...fault,
        ...(botId === undefined ? {} : { bot_id: botId }),
        ...rest,
      })),
    }),
  );

  app.put("/gateway", (request, reply) => {
    const value = readChecked(request, reply, ORDER);
    if (!value) return reply;
    gateway.outbox.order = value.events as EventOrder;
    return sendControl(reply, 200, { events: gateway.outbox.order });
  });

  app.delete("/gateway", (_request, reply) => {
    gateway.faults.clear();
    return reply.code(204).send();
  });

  app.post("/gateway", (request, reply) => {
    const body = readControlBody(request) ?? {};
    const { value, issues } = checkBody(MISCHIEF, body);
    if (issues.length === 0) issues.push(...findMissing(value));
    if (issues.length > 0) return sendIssues(reply, body, issues);
    if (value.bot_id !== undefined && !state.bots.get(String(value.bot_id))) {
      return sendControlError(reply, 404, "There is no such bot.");
    }
    if (value.guild_id !== undefined && !state.guilds.get(String(value.guild_id))) {
      return sendControlError(reply, 404, "There is no such guild.");
    }
    const kind = String(value.kind);
    if ((FAULT_KINDS as readonly string[]).includes(kind)) {
      addFault(gateway, value);
      return sendControl(reply, 201, { kind });
    }
    return sendControl(reply, 200, { kind, affected: act(gateway, value, identity.guildId) });
  });
}

function findMissing({ kind, code, delay_ms }: JsonObject): FormIssue[] {
  const issue = (name: string, message: string) => ({ path: [name], code: "BASE_TYPE_REQUIRED", message });
  if (kind === "delay" && delay_ms === undefined) return [issue("delay_ms", "milliseconds")];
  if (kind !== "close") return [];
  // What a server can send at all (RFC 6455, "Status Codes").
  const isSendable = (at: number) => (at >= 1000 && at <= 1014 && ![1004, 1005, 1006].includes(at)) || at >= 3000;
  return code !== undefined && isSendable(Number(code)) ? [] : [issue("code", "a close code that can be sent")];
}

function addFault({ faults }: Gateway, { kind, delay_ms, count, probability, event, bot_id }: JsonObject): void {
  faults.add({
    fault: { kind, ...(kind === "delay" ? { delay_ms } : {}) } as GatewayFault,
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(probability === undefined ? {} : { probability: Number(probability) }),
    ...(event === undefined ? {} : { event: String(event) }),
    ...(bot_id === undefined ? {} : { botId: String(bot_id) }),
  });
}

/** Does something once; returns how many connections or sessions it met, or for guilds 1. */
function act(gateway: Gateway, value: JsonObject, seededGuildId: string): number {
  const guildId = String(value.guild_id ?? seededGuildId);
  if (value.kind === "guild_unavailable" || value.kind === "guild_available") {
    gateway.setAvailable(guildId, value.kind === "guild_available");
    return 1;
  }
  const filter: ClientFilter = {
    ...(value.bot_id === undefined ? {} : { botId: String(value.bot_id) }),
    ...(value.session_id === undefined ? {} : { sessionId: String(value.session_id) }),
  };
  if (value.kind === "end_sessions") return gateway.end(filter, CLOSE.unknownError);
  const clients = gateway.clients(filter);
  for (const client of clients) {
    if (value.kind === "reconnect") gateway.send(client, "reconnect");
    if (value.kind === "heartbeat") gateway.send(client, "heartbeat");
    if (value.kind === "invalid_session") client.invalidate(value.resumable === true);
    if (value.kind === "close") client.close(Number(value.code));
    if (value.kind === "half_open") client.freeze();
  }
  return clients.length;
}
