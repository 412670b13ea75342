/**
 * The model of `../model/` once more, for Redis: one script must decide alone. Same names, same order; a test holds the two
 * against each other step by step. State is kept as MessagePack, which keeps every bit of a number.
 *
 * KEYS[1] prefix of all keys, with the hash tag that they share · ARGV[1] milliseconds, or "" for Redis' clock ·
 * ARGV[2] `DiscordLimits` as JSON · ARGV[3] the operation's input as JSON. What is null is left out.
 *
 * This part: see `../model/bucket.ts`, `line.ts`, `follow-clock.ts`, `limits-state.ts`.
 */
export const STATE_LUA = `
local prefix = KEYS[1]
local limits = cjson.decode(ARGV[2])
local input = cjson.decode(ARGV[3])
local now = tonumber(ARGV[1])
if now == nil then
  local time = redis.call("TIME")
  now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end

local DAY_MS = 24 * 60 * 60 * 1000
local IDLE_MS = 10 * 60 * 1000

-- Everything that was loaded, by name: one table for one key, however often it is asked for.
local loaded = {}
-- What has to be saved, by name: how to tell until when it makes a difference.
local busy_until_of = {}

local function load(name)
  if loaded[name] then return loaded[name] end
  local raw = redis.call("GET", prefix .. name)
  if not raw then return nil end
  loaded[name] = cmsgpack.unpack(raw)
  return loaded[name]
end

local function save_all()
  for name, busy_until in pairs(busy_until_of) do
    local value = loaded[name]
    local ttl = math.max(0, math.min(busy_until(value) - now, DAY_MS)) + IDLE_MS
    redis.call("SET", prefix .. name, cmsgpack.pack(value), "PX", string.format("%.0f", ttl))
  end
end

local function filter(list, keeps)
  local kept = {}
  for _, each in ipairs(list) do
    if keeps(each) then table.insert(kept, each) end
  end
  return kept
end

local function create_bucket()
  return {
    kind = "unknown", isSure = false, limitCount = 0, leastPeriodMs = 0, periodMs = 0, fullAt = 0, windowEndsAt = 0,
    windowResetAt = 0, remainingCount = 0, windowMs = 0, holdUntil = 0, undelayedCount = 0, turnCount = 0, settledAt = {}, unreadAt = {}, held = {}, waiters = {},
    learnedAt = 0, lastResetAt = 0, lastRemainingCount = 0, touchedAt = now,
  }
end

local function create_known_bucket(limit_count, window_ms)
  local bucket = create_bucket()
  bucket.kind, bucket.isSure, bucket.limitCount, bucket.windowMs = "sliding", true, limit_count, window_ms
  bucket.leastPeriodMs, bucket.periodMs = window_ms / limit_count, window_ms / limit_count
  return bucket
end

local function model_of(bucket)
  local limit = bucket.limitCount
  if limit == 0 or bucket.kind == "open" then return nil end
  if bucket.kind ~= "fixed" then return { limitCount = limit, periodMs = bucket.periodMs, isFixed = false } end
  local half = math.ceil(limit / 2)
  return { limitCount = half, periodMs = bucket.windowMs / half, isFixed = true }
end

local function trim_settled(bucket)
  while #bucket.settledAt > math.max(16, bucket.limitCount) do table.remove(bucket.settledAt, 1) end
end

local function note_settled(bucket, at)
  table.insert(bucket.settledAt, at)
  trim_settled(bucket)
end

local function has_window(bucket)
  return bucket.kind == "fixed" or (bucket.kind == "sliding" and not bucket.isSure)
end

local function spend(bucket, at)
  if bucket.kind == "sliding" then bucket.fullAt = math.max(bucket.fullAt, at) + bucket.periodMs end
  if has_window(bucket) then
    if at >= bucket.windowEndsAt then
      bucket.windowEndsAt = at + bucket.windowMs
      bucket.remainingCount = bucket.limitCount
    end
    bucket.remainingCount = bucket.remainingCount - 1
  end
  table.insert(bucket.unreadAt, at)
  if #bucket.unreadAt > 16 then table.remove(bucket.unreadAt, 1) end
  note_settled(bucket, at)
end

local function expire_held(bucket)
  for _, each in ipairs(bucket.held) do
    if each.expiresAt <= now then spend(bucket, each.expiresAt) end
  end
  bucket.held = filter(bucket.held, function(each) return each.expiresAt > now end)
end

local function release_held(bucket, permit_id)
  for index, each in ipairs(bucket.held) do
    if each.id == permit_id then return table.remove(bucket.held, index) end
  end
  return nil
end

local function hold(line, hold_ms) line.holdUntil = math.max(line.holdUntil, now + hold_ms) end

local function back_ms(known)
  local ms = math.max(0, known.touchedAt - now)
  known.touchedAt = now
  return ms
end

local function move_line(line, ms)
  line.holdUntil = line.holdUntil - ms
  for _, each in ipairs(line.waiters) do each.since, each.until_at = each.since - ms, each.until_at - ms end
end

local function follow_clock(bucket)
  local ms = back_ms(bucket)
  if ms == 0 then return end
  move_line(bucket, ms)
  bucket.fullAt, bucket.windowEndsAt = bucket.fullAt - ms, bucket.windowEndsAt - ms
  bucket.learnedAt = bucket.learnedAt - ms
  for index, at in ipairs(bucket.settledAt) do bucket.settledAt[index] = at - ms end
  for index, at in ipairs(bucket.unreadAt) do bucket.unreadAt[index] = at - ms end
  for _, each in ipairs(bucket.held) do each.takenAt, each.expiresAt = each.takenAt - ms, each.expiresAt - ms end
end

local function follow_clock_globally(line)
  local ms = back_ms(line)
  if ms == 0 then return end
  move_line(line, ms)
  for _, slot in ipairs(line.slots) do
    slot.expiresAt = slot.expiresAt - ms
    if slot.settledAt then slot.settledAt = slot.settledAt - ms end
  end
end

local function busy_until(bucket)
  local last = bucket.settledAt[#bucket.settledAt] or 0
  return math.max(bucket.fullAt, bucket.windowEndsAt, bucket.holdUntil, last + bucket.windowMs)
end

local function open_of(name, busy, create)
  busy_until_of[name] = busy
  local known = load(name)
  if known then return known end
  loaded[name] = create()
  return loaded[name]
end

local function credential_of(route) return route.credential or "" end
local function bucket_name(route, hash)
  return "bucket:" .. credential_of(route) .. " " .. route.group .. " " .. hash .. " " .. route.major
end
local function load_hash(route) return load("hash:" .. credential_of(route) .. " " .. route.template) end
local function current_name(route)
  local known = load_hash(route)
  return bucket_name(route, known and known.hash or route.template)
end

local function remember_hash(route, hash, taken_at)
  local known = load_hash(route)
  local since = now
  if known and known.hash == hash then since = known.since end
  if known and known.hash ~= hash and taken_at < math.min(known.since, now) then return end
  local name = "hash:" .. credential_of(route) .. " " .. route.template
  loaded[name] = { hash = hash, since = since }
  busy_until_of[name] = function() return now + DAY_MS - IDLE_MS end
end

local function open_bucket(name)
  local bucket = open_of(name, busy_until, create_bucket)
  follow_clock(bucket)
  expire_held(bucket)
  return bucket
end

local function open_channel(channel_id)
  if not channel_id or not limits.webhookChannel then return nil end
  local channel = open_of("channel:" .. channel_id, busy_until, function()
    return create_known_bucket(limits.webhookChannel.limitCount, limits.webhookChannel.windowMs)
  end)
  follow_clock(channel)
  expire_held(channel)
  return channel
end

local function busy_until_globally(line) return line.holdUntil end

local function open_global(route)
  local line = open_of("global:" .. credential_of(route), busy_until_globally, function()
    return { slots = {}, waiters = {}, turnCount = 0, holdUntil = 0, touchedAt = now }
  end)
  follow_clock_globally(line)
  return line
end

local function load_address()
  if not load("address") then
    loaded["address"] = { invalidSince = 0, invalidCount = 0, openUntil = 0, banCount = 0, touchedAt = 0 }
  end
  return loaded["address"]
end

local function follow_clock_at_address(address)
  busy_until_of["address"] = function(each) return each.openUntil + DAY_MS end
  local ms = back_ms(address)
  address.invalidSince, address.openUntil = address.invalidSince - ms, address.openUntil - ms
end

local function gates_of(route)
  local name = current_name(route)
  local gates = { name = name, bucket = open_bucket(name), channel = open_channel(route.webhookChannel) }
  if not route.isInteraction then gates.global = open_global(route) end
  return gates
end
`;
