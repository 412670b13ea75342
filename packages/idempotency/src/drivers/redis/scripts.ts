import { createHash } from "node:crypto";

/**
 * One record is one hash: `fingerprint`, `token`, `lease_ends_at` (the server's epoch milliseconds), and `value` once there is
 * a result. The key's own expiry ends the record.
 */

export interface Script {
  readonly lua: string;
  /** What a server that has seen the script knows it by. */
  readonly digest: string;
}

function toScript(lua: string): Script {
  return { lua, digest: createHash("sha1").update(lua).digest("hex") };
}

/** TIME makes a script write its effects to replicas, not itself; that needs Redis 5 or later. */
const NOW = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS: record. ARGV: fingerprint, token id, lease ms, ttl ms. Reply: {"started"} | {"conflict"} | {"replayed", value} |
 * {"in-flight", ms}. The same token again is the same start: ioredis sends a call twice when the connection breaks.
 */
export const BEGIN = toScript(`${NOW}
local fingerprint, token, lease_ends_at, value =
  unpack(redis.call("HMGET", KEYS[1], "fingerprint", "token", "lease_ends_at", "value"))
if fingerprint then
  if fingerprint ~= ARGV[1] then return {"conflict"} end
  if value then return {"replayed", value} end
  local left = lease_ends_at - now
  if left > 0 and token ~= ARGV[2] then return {"in-flight", left} end
end
redis.call("HSET", KEYS[1], "fingerprint", ARGV[1], "token", ARGV[2], "lease_ends_at", string.format("%.0f", now + ARGV[3]))
redis.call("PEXPIRE", KEYS[1], math.max(ARGV[3], ARGV[4]))
return {"started"}
`);

/** KEYS: record. ARGV: token id, lease ms. Reply: 1, or 0 when the token is lost or has a result. */
export const EXTEND = toScript(`${NOW}
local token, value = unpack(redis.call("HMGET", KEYS[1], "token", "value"))
if token ~= ARGV[1] or value then return 0 end
redis.call("HSET", KEYS[1], "lease_ends_at", string.format("%.0f", now + ARGV[2]))
if redis.call("PTTL", KEYS[1]) < tonumber(ARGV[2]) then redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
return 1
`);

/** KEYS: record. ARGV: token id, ttl ms, value. Reply: 1, or 0 when the token is lost. */
export const COMPLETE = toScript(`
local token, value = unpack(redis.call("HMGET", KEYS[1], "token", "value"))
if token ~= ARGV[1] then return 0 end
if value then return 1 end
redis.call("HSET", KEYS[1], "value", ARGV[3])
redis.call("PEXPIRE", KEYS[1], ARGV[2])
return 1
`);

/** KEYS: record. ARGV: token id. */
export const ABANDON = toScript(`
local token, value = unpack(redis.call("HMGET", KEYS[1], "token", "value"))
if token == ARGV[1] and not value then redis.call("DEL", KEYS[1]) end
return 1
`);
