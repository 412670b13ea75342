/** Kinds of Gateway payloads (docs: topics/opcodes-and-status-codes, "Gateway Opcodes"). */
export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presenceUpdate: 3,
  voiceStateUpdate: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
  requestSoundboardSounds: 31,
  requestChannelInfo: 43,
} as const;

/** Why the Gateway closes a connection (docs: topics/opcodes-and-status-codes, "Gateway Close Event Codes"). */
export const CLOSE = {
  unknownError: 4000,
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSeq: 4007,
  rateLimited: 4008,
  sessionTimedOut: 4009,
  invalidShard: 4010,
  shardingRequired: 4011,
  invalidVersion: 4012,
  invalidIntents: 4013,
  disallowedIntents: 4014,
} as const;

const REASONS = new Map<number, string>([
  [CLOSE.unknownError, "Unknown error."],
  [CLOSE.unknownOpcode, "Unknown opcode."],
  [CLOSE.decodeError, "Error while decoding payload."],
  [CLOSE.notAuthenticated, "Not authenticated."],
  [CLOSE.authenticationFailed, "Authentication failed."],
  [CLOSE.alreadyAuthenticated, "Already authenticated."],
  [CLOSE.invalidSeq, "Invalid seq."],
  [CLOSE.rateLimited, "Rate limited."],
  [CLOSE.sessionTimedOut, "Session timed out."],
  [CLOSE.invalidShard, "Invalid shard."],
  [CLOSE.shardingRequired, "Sharding required."],
  [CLOSE.invalidVersion, "Invalid API version."],
  [CLOSE.invalidIntents, "Invalid intent(s)."],
  [CLOSE.disallowedIntents, "Disallowed intent(s)."],
]);

/** Codes by which a client gives its session up (docs: events/gateway, "Disconnecting"). */
const CLIENT_ENDING_CODES: readonly number[] = [1000, 1001];
/** Codes of Discord after which a session cannot be resumed; all others leave it (docs: "Gateway Close Event Codes", column "Reconnect"). */
const ENDING_CODES: readonly number[] = [...CLIENT_ENDING_CODES, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

/** The words that go with a close code. */
export function closeReason(code: number): string {
  return REASONS.get(code) ?? "";
}

/** Tells whether a connection that `side` closed with `code` takes its session along. */
export function endsSession(code: number, side: "client" | "server"): boolean {
  return (side === "client" ? CLIENT_ENDING_CODES : ENDING_CODES).includes(code);
}
