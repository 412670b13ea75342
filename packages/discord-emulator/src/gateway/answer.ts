import { archiveIdleThreads } from "../actions/archive-threads.ts";
import { resetToken } from "../actions/create-bot.ts";
import { isJsonObject } from "../json.ts";
import type { Client } from "./client.ts";
import type { GatewayContext } from "./context.ts";
import { CLOSE, OP } from "./opcodes.ts";
import { type Identify, readIdentify } from "./read-identify.ts";
import { createSession, type Session, type SessionTerms, tell } from "./session.ts";
import { buildReady, guildsOfShard } from "./snapshot.ts";

const SESSION_ID_BYTES = 16;

/** Answers one payload of a client, whose size and rate are checked, or tells the code to close with. */
export function answer(context: GatewayContext, client: Client, op: number, d: unknown): number | undefined {
  const { session, connection } = client;
  switch (op) {
    case OP.heartbeat:
      // Also before IDENTIFY: discord.py asks that early.
      if (!context.faults.strike("drop_acks", session ? { botId: session.botId } : {})) {
        connection.send({ op: OP.heartbeatAck });
      }
      return undefined;
    case OP.identify:
      return session ? CLOSE.alreadyAuthenticated : identify(context, client, d);
    case OP.resume:
      return session ? CLOSE.alreadyAuthenticated : resume(context, client, d);
    case OP.requestMembers:
    case OP.requestSoundboardSounds:
    case OP.presenceUpdate:
    case OP.voiceStateUpdate:
    case OP.requestChannelInfo:
      if (!session) return CLOSE.notAuthenticated;
      if (op === OP.requestMembers) context.members.answer(session, d);
      if (op === OP.requestSoundboardSounds) answerSounds(session, d);
      return undefined;
    default:
      return CLOSE.unknownOpcode;
  }
}

/** Says that there is no such session. */
function refuseSession({ connection }: Client): undefined {
  connection.send({ op: OP.invalidSession, d: false });
}

function identify(context: GatewayContext, client: Client, d: unknown): number | undefined {
  const asked = readIdentify(context.world.state, d);
  if (typeof asked === "number") return asked;
  const { bot, shard } = asked;
  const start = context.starts.start(bot.userId, shard[0]);
  if (start === "too-fast") return refuseSession(client);
  if (start === "started") {
    open(context, client, asked);
    return undefined;
  }
  // Docs: events/gateway, "Session Start Limit": all sessions end and the token is reset.
  resetToken(context.world, bot);
  for (const session of context.sessions.of(bot.userId)) context.sessions.end(session, CLOSE.authenticationFailed);
  return CLOSE.authenticationFailed;
}

function open(
  { world, settings, sessions, fanOut, random, now }: GatewayContext,
  client: Client,
  asked: Identify,
): void {
  const { bot, intents, shard, largeThreshold, compress } = asked;
  archiveIdleThreads(world);
  const id = random.bytes(SESSION_ID_BYTES).toString("hex");
  const terms: SessionTerms = { id, botId: bot.userId, token: bot.token, intents, shard, largeThreshold };
  const guildIds = guildsOfShard(world, terms);
  const { maxReplayCount: maxCount, maxUnreadCount, maxReplayChars: maxChars } = settings;
  const session = createSession(terms, guildIds, { maxCount, maxUnreadCount, maxChars }, now());
  if (compress) client.connection.compressPayloads();
  sessions.add(session);
  client.read(session, 0);
  tell(session, "READY", JSON.stringify(buildReady(world, session, bot, client.version)));
  for (const guildId of guildIds) fanOut.introduce(session, guildId);
}

function resume({ sessions, faults }: GatewayContext, client: Client, d: unknown): number | undefined {
  if (!isJsonObject(d) || typeof d.token !== "string" || typeof d.session_id !== "string") return CLOSE.decodeError;
  const session = sessions.find(d.session_id, d.token.replace(/^Bot /, ""));
  if (!session) return refuseSession(client);
  const { seq } = d;
  const isKnown = Number.isInteger(seq) && Number(seq) >= 0 && Number(seq) <= session.log.lastSeq();
  const isThere = isKnown && session.log.reachesBackTo(Number(seq));
  if (isThere && !faults.strike("refuse_resume", session)) {
    client.read(session, Number(seq));
    tell(session, "RESUMED", JSON.stringify({ _trace: [] }));
    return undefined;
  }
  sessions.end(session, CLOSE.unknownError);
  return isKnown ? refuseSession(client) : CLOSE.invalidSeq;
}

/** No guild here has sounds of its own. */
function answerSounds(session: Session, d: unknown): void {
  if (!isJsonObject(d) || !Array.isArray(d.guild_ids)) return;
  for (const guildId of d.guild_ids) {
    if (!session.guildIds.has(guildId)) continue;
    tell(session, "SOUNDBOARD_SOUNDS", JSON.stringify({ guild_id: guildId, soundboard_sounds: [] }));
  }
}
