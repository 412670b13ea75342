/**
 * One GCRA take. The same counting as `takeGcra`, with the server's time.
 *
 * - KEYS[1]: the key. Holds `level atUs`, both whole numbers in decimal; absent: never used.
 * - ARGV: limit, window in microseconds, cost, "1" for a dry run or "0".
 * - Reply: allowed (1 or 0), remaining, retry after in microseconds, reset after in microseconds.
 *
 * The key expires when it is full again, with some slack: Redis expires by a clock of whole milliseconds.
 */
export const GCRA_LUA = `
local clock = redis.call("TIME")
local slackMs = 10
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local isDryRun = ARGV[4] == "1"
local now = clock[1] * 1000000 + clock[2]

local level, at = 0, now
local stored = redis.call("GET", KEYS[1])
if stored then
  local storedLevel, storedAt = string.match(stored, "^(%d+) (%d+)$")
  level, at = tonumber(storedLevel), tonumber(storedAt)
end

local wasSetBack = at - now > window
local time = now
if at > now and not wasSetBack then time = at end
local capacity = limit * window
level = math.max(0, level - math.max(0, time - at) * limit)
local overflows = level > capacity
if overflows then level = capacity end

local raised = level + cost * window
local allowed, retryAfter = 1, 0
if raised > capacity then
  allowed = 0
  retryAfter = time - now + math.ceil((raised - capacity) / limit)
elseif not isDryRun then
  level = raised
end
local resetAfter = 0
if level > 0 then resetAfter = time - now + math.ceil(level / limit) end

if (allowed == 1 and not isDryRun) or wasSetBack or overflows then
  redis.call("SET", KEYS[1], string.format("%.0f %.0f", level, time), "PX", math.ceil(resetAfter / 1000) + slackMs)
end
return { allowed, math.floor((capacity - level) / window), retryAfter, resetAfter }
`;
