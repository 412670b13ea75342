/**
 * One sliding-window take. The same counting as `takeSlidingWindow`, with the server's time.
 *
 * - KEYS[1]: the key. A list, oldest first, of at most `limit` entries `atUs firstUnit lastUnit`: the units of a key are
 *   numbered, so that a sum is a difference, and entries are found by halving. Absent: never used.
 * - ARGV: limit, window in microseconds, cost, "1" for a dry run or "0".
 * - Reply: allowed (1 or 0), remaining, retry after in microseconds, reset after in microseconds.
 *
 * The key expires when its newest entry leaves the window, with some slack: Redis expires by a clock of whole milliseconds.
 */
export const SLIDING_WINDOW_LUA = `
local clock = redis.call("TIME")
local slackMs = 10
local key = KEYS[1]
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local isDryRun = ARGV[4] == "1"
local now = clock[1] * 1000000 + clock[2]

local function read(index)
  local entry = redis.call("LINDEX", key, index)
  if not entry then return nil end
  local at, first, last = string.match(entry, "^(%d+) (%d+) (%d+)$")
  return tonumber(at), tonumber(first), tonumber(last)
end
local function format(at, first, last)
  return string.format("%.0f %.0f %.0f", at, first, last)
end
-- The first index from which on isFit holds; it holds at the last one. Mostly it is 0.
local function search(isFit)
  if isFit(read(0)) then return 0 end
  local low, high = 1, redis.call("LLEN", key) - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isFit(read(middle)) then high = middle else low = middle + 1 end
  end
  return low
end

local newest, newestFirst, last = read(-1)
local first = 1
if newest and now - newest >= window then
  redis.call("DEL", key)
  newest = nil
end
if newest then
  local oldest
  oldest, first = read(0)
  local time = math.max(now, newest)
  if time - oldest >= window then
    redis.call("LTRIM", key, search(function(at) return time - at < window end), -1)
    oldest, first = read(0)
  end
  if newest - now > window then
    -- The clock was set back: everything counts as taken now, which is later than it was.
    newest, newestFirst = now, first
    redis.call("DEL", key)
    redis.call("RPUSH", key, format(now, first, last))
    redis.call("PEXPIRE", key, math.ceil(window / 1000) + slackMs)
  end
else
  last = 0
end
local time = math.max(now, newest or now)
local used = last - first + 1

local missing = used + cost - limit
local allowed, retryAfter = 1, 0
if missing > 0 then
  allowed = 0
  local leaving = read(search(function(at, from, to) return to - first + 1 >= missing end))
  retryAfter = leaving + window - now
elseif not isDryRun then
  if newest == time then
    redis.call("LSET", key, -1, format(time, newestFirst, last + cost))
  else
    redis.call("RPUSH", key, format(time, last + 1, last + cost))
  end
  newest, used = time, used + cost
  redis.call("PEXPIRE", key, math.ceil((time + window - now) / 1000) + slackMs)
end
local resetAfter = 0
if newest then resetAfter = newest + window - now end
return { allowed, math.max(0, limit - used), retryAfter, resetAfter }
`;
