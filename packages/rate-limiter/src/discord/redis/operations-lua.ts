import { LEARN_LUA } from "./learn-lua.ts";
import { STATE_LUA } from "./state-lua.ts";
import { WAIT_LUA } from "./wait-lua.ts";

/**
 * Grants a permit, or puts the waiter in line at the first closed gate. Also counts the processes that are there.
 * Input: `TakeRequest` and `processId`. Reply: `TakeAnswer` as JSON.
 */
export const TAKE_LUA = `${STATE_LUA}${WAIT_LUA}
local PROCESS_TTL_MS = 30 * 1000
local processes = prefix .. "processes"
redis.call("ZADD", processes, now, input.processId)
redis.call("ZREMRANGEBYSCORE", processes, "-inf", string.format("(%.3f", now - PROCESS_TTL_MS))
redis.call("ZREMRANGEBYSCORE", processes, string.format("(%.3f", now + 1), "+inf")
redis.call("PEXPIRE", processes, PROCESS_TTL_MS)

local route = input.route
local refusal = refusal_of(route)
if refusal then
  save_all()
  return cjson.encode(refusal)
end
local gates = gates_of(route)
local is_outdated = input.maxAgeMs and gates.bucket.learnedAt < now - input.maxAgeMs
if is_outdated and gates.bucket.kind ~= "open" then gates.bucket.kind = "unknown" end
local closed, wait_ms, period_ms = closed_gate(gates, input.waiterId, input.level, input.mayUseReserve, 0)
for _, gate in ipairs(GATES) do
  if gates[gate] and gate ~= closed then quit(gates[gate], input.waiterId) end
end
if closed then
  local poll_ms = join(gates[closed], input.waiterId, input.level, wait_ms)
  save_all()
  return cjson.encode({ kind = "wait", gate = closed, pollMs = poll_ms, estimateMs = wait_ms, periodMs = period_ms })
end
local expires_at = now + limits.permitMs
for _, gate in ipairs(GATES) do
  local line = gates[gate]
  if line then line.turnCount = line.turnCount + 1 end
  if line and line.held then
    table.insert(line.held, { id = input.permitId, template = route.template, takenAt = now, expiresAt = expires_at })
  end
end
if gates.global then take_slot(gates.global, input.permitId, expires_at) end
save_all()
local answer = {
  kind = "granted", bucketKey = gates.name,
  takenAt = string.format("%.17g", now), expiresAt = string.format("%.17g", expires_at),
  processCount = redis.call("ZCARD", processes),
}
answer.model = model_of(gates.bucket)
return cjson.encode(answer)
`;

/**
 * How long each of `count` further requests would wait. Input: `route`, `waiterId`, `level`, `mayUseReserve`, `count`.
 * Reply: JSON array; null for ever.
 */
export const ESTIMATE_LUA = `${STATE_LUA}${WAIT_LUA}
local waits = {}
local refusal = refusal_of(input.route)
local gates = not refusal and gates_of(input.route)
for index = 1, input.count do
  if refusal then
    waits[index] = refusal.retryAfterMs or cjson.null
  else
    local _, wait_ms = closed_gate(gates, input.waiterId, input.level, input.mayUseReserve, index - 1)
    waits[index] = wait_ms or 0
  end
end
save_all()
return cjson.encode(waits)
`;

/** Takes a waiter out of every line. Input: `route`, `waiterId`. */
export const LEAVE_LUA = `${STATE_LUA}${WAIT_LUA}
local route = input.route
local lines = {
  [current_name(route)] = busy_until,
  ["channel:" .. (route.webhookChannel or "")] = busy_until,
  ["global:" .. credential_of(route)] = busy_until_globally,
}
for name, busy in pairs(lines) do
  local line = load(name)
  if line then
    busy_until_of[name] = busy
    quit(line, input.waiterId)
  end
end
save_all()
return "ok"
`;

/** Takes an answer into account. Input: `grant`, `observation`. Reply: `Learned` as JSON. */
export const SETTLE_LUA = `${STATE_LUA}${LEARN_LUA}
local grant, observation = input.grant, input.observation
local route, reading, limited = grant.route, observation.reading, observation.limited
local bucket, held = find_bucket(grant, reading)
local channel = open_channel(route.webhookChannel or observation.channelId)
local is_in_channel = channel ~= nil and (release_held(channel, grant.permitId) ~= nil or not route.webhookChannel)
if not route.isInteraction then settle_slot(open_global(route), grant.permitId, observation.kind ~= "not-sent") end
local address = load_address()
local estimated = estimate_remaining(bucket)
if observation.kind ~= "not-sent" then
  local is_counted = not limited or limited.scope == "shared"
  if observation.kind == "lost" and held then spend(bucket, now) end
  if observation.kind == "lost" and bucket.kind == "unknown" then hold(bucket, 1000) end
  if observation.kind == "answered" then
    learn(bucket, {
      takenAt = math.min(held and held.takenAt or tonumber(grant.takenAt), now), wasHeld = held ~= nil,
      isCounted = is_counted, isLimited = limited ~= nil, reading = reading,
    })
    obey(bucket, channel, route, limited)
  end
  if is_in_channel and not limited then spend(channel, now) end
  watch(address, observation)
  if observation.isUnauthorized and route.credential then redis.call("SET", prefix .. "dead:" .. route.credential, 1) end
end
save_all()
return cjson.encode({
  estimatedRemainingCount = estimated or cjson.null,
  serverRemainingCount = reading and reading.remainingCount or cjson.null,
  invalidCount = now - address.invalidSince >= INVALID_WINDOW_MS and 0 or address.invalidCount,
  isBreakerOpen = address.openUntil > now,
})
`;

/** Forgets that a credential was refused. Input: `credential`. */
export const REVIVE_LUA = `
redis.call("DEL", KEYS[1] .. "dead:" .. cjson.decode(ARGV[3]).credential)
return "ok"
`;
