/** What an answer teaches: see `../model/learn.ts`, `address.ts`, `settle.ts`. Needs `STATE_LUA`. */
export const LEARN_LUA = `
local function reset_at_of(reading) return reading.resetAtMs or (now + reading.resetAfterMs) end
local function window_tolerance(reading) return math.max(100, reading.resetAfterMs / 10) end

local function slide(bucket, is_sure)
  if bucket.kind ~= "sliding" then bucket.fullAt = math.huge end
  bucket.kind, bucket.isSure = "sliding", is_sure
end

local function recognise_kind(bucket, reading)
  local is_known = bucket.kind == "sliding" or bucket.kind == "fixed"
  if not is_known or bucket.limitCount ~= reading.limitCount then return slide(bucket, reading.limitCount == 1) end
  local used = reading.limitCount - reading.remainingCount
  if not reading.resetAtMs or bucket.lastResetAt == 0 or used == 0 then return end
  local dropped = math.abs(bucket.lastRemainingCount - reading.remainingCount)
  local moved_ms = math.abs(reading.resetAtMs - bucket.lastResetAt)
  local expected_ms = dropped * reading.resetAfterMs / used
  if moved_ms < 0.25 * expected_ms then
    if bucket.kind == "fixed" then return end
    bucket.kind, bucket.fullAt, bucket.windowResetAt, bucket.windowEndsAt = "fixed", 0, 0, 0
    return
  end
  local is_in_window = moved_ms < 0.95 * math.max(bucket.windowMs, reading.resetAfterMs)
  local is_as_expected = moved_ms < expected_ms / 0.25
  if dropped == 0 then is_as_expected = moved_ms > 100 end
  if is_in_window and is_as_expected then slide(bucket, true) end
end

local function learn_period(bucket, reading, is_counted)
  local is_known = bucket.limitCount == reading.limitCount and bucket.periodMs > 0
  bucket.limitCount = reading.limitCount
  local used = reading.limitCount - reading.remainingCount
  if used <= 0 then return end
  local least = reading.resetAfterMs / used
  local most = reading.resetAfterMs / math.max(1, used - 1)
  if not is_known or (used == 1 and is_counted) then
    bucket.leastPeriodMs, bucket.periodMs = least, most
    return
  end
  bucket.leastPeriodMs = math.min(math.max(bucket.leastPeriodMs, least), most)
  bucket.periodMs = math.max(math.min(bucket.periodMs, most), least)
end

local function learn_full_at(bucket, settled, overtaken)
  local reading = settled.reading
  local read = now + reading.resetAfterMs + overtaken * bucket.periodMs
  local counted = bucket.fullAt
  if settled.wasHeld and settled.isCounted then counted = math.max(bucket.fullAt, now) + bucket.periodMs end
  if settled.takenAt + reading.resetAfterMs > counted + 5 then
    bucket.fullAt = read
  elseif settled.wasHeld or bucket.fullAt == math.huge then
    bucket.fullAt = math.min(counted, read)
  end
end

local function learn_window(bucket, settled, overtaken)
  local reading = settled.reading
  local reset_at = reset_at_of(reading)
  local ends_at = now + reading.resetAfterMs
  local tolerance_ms = window_tolerance(reading)
  if reset_at > bucket.windowResetAt + tolerance_ms then
    bucket.windowResetAt, bucket.windowEndsAt = reset_at, ends_at
    bucket.windowMs = math.max(bucket.windowMs, reading.resetAfterMs)
    bucket.remainingCount = reading.remainingCount - overtaken
  elseif reset_at >= bucket.windowResetAt - tolerance_ms then
    bucket.windowEndsAt = math.min(bucket.windowEndsAt, ends_at)
    local unread = #filter(bucket.unreadAt, function(at) return at > settled.takenAt end)
    bucket.remainingCount = math.min(bucket.remainingCount, reading.remainingCount - unread)
  end
end

local function learn(bucket, settled)
  local reading = settled.reading
  if not reading then
    if bucket.kind == "unknown" and not settled.isLimited then
      bucket.kind = "open"
    elseif settled.isCounted and settled.wasHeld then
      spend(bucket, now)
    end
    return
  end
  recognise_kind(bucket, reading)
  learn_period(bucket, reading, settled.isCounted)
  bucket.learnedAt = now
  bucket.lastResetAt, bucket.lastRemainingCount = reset_at_of(reading), reading.remainingCount
  local overtaken = #filter(bucket.settledAt, function(at) return at > settled.takenAt end)
  if has_window(bucket) then learn_window(bucket, settled, overtaken) end
  if bucket.kind == "sliding" then learn_full_at(bucket, settled, overtaken) end
  if settled.isCounted and settled.wasHeld then note_settled(bucket, now) end
end

local function succeed(bucket, old)
  if bucket.limitCount == 0 and (old.kind == "sliding" or old.kind == "fixed") then
    bucket.kind, bucket.isSure, bucket.limitCount = old.kind, old.isSure, old.limitCount
    bucket.leastPeriodMs, bucket.periodMs = old.leastPeriodMs, old.periodMs
  end
  if bucket.kind == "sliding" then bucket.fullAt = math.huge end
  bucket.windowResetAt, bucket.windowEndsAt = 0, 0
  for _, at in ipairs(old.settledAt) do table.insert(bucket.settledAt, at) end
  table.sort(bucket.settledAt)
  trim_settled(bucket)
end

local function take_over(bucket, old, template)
  local moved = filter(old.held, function(each) return each.template == template end)
  if #moved == 0 then return false end
  hold(bucket, old.holdUntil - now)
  for _, each in ipairs(moved) do table.insert(bucket.held, each) end
  old.held = filter(old.held, function(each) return each.template ~= template end)
  return true
end

local function find_held(first, second, permit_id)
  local bucket = open_bucket(first)
  local held = release_held(bucket, permit_id)
  if held or first == second or not load(second) then return bucket, held end
  local other_held = release_held(open_bucket(second), permit_id)
  if not other_held then return bucket, held end
  return open_bucket(second), other_held
end

local function find_bucket(grant, reading)
  local route = grant.route
  local before = current_name(route)
  if not reading then return find_held(before, grant.bucketKey, grant.permitId) end
  remember_hash(route, reading.hash, tonumber(grant.takenAt))
  local name, named = current_name(route), bucket_name(route, reading.hash)
  local current = open_bucket(name)
  for _, other in ipairs({ grant.bucketKey, before }) do
    if other ~= name and load(other) then
      local is_moved = take_over(current, open_bucket(other), route.template)
      if is_moved and named == name then succeed(current, load(other)) end
    end
  end
  local held = release_held(current, grant.permitId)
  if named == name then return current, held end
  if held then spend(current, now) end
  return open_bucket(named), held
end

local function settle_slot(line, permit_id, was_sent)
  for index, slot in ipairs(line.slots) do
    if slot.id == permit_id then
      table.remove(line.slots, index)
      if was_sent then table.insert(line.slots, { id = slot.id, expiresAt = slot.expiresAt, settledAt = now }) end
      return
    end
  end
end

local function estimate_remaining(bucket)
  if bucket.kind ~= "sliding" or bucket.periodMs == 0 then return nil end
  local used_ms = math.max(0, bucket.fullAt - now)
  return math.max(0, math.floor(bucket.limitCount - used_ms / bucket.periodMs) - #bucket.held)
end

local INVALID_WINDOW_MS = 10 * 60 * 1000
local MIN_BAN_MS = 10 * 60 * 1000

local function watch(address, observation)
  if not observation.isInvalid and not observation.bannedMs then return end
  follow_clock_at_address(address)
  if now - address.invalidSince >= INVALID_WINDOW_MS then address.invalidSince, address.invalidCount = now, 0 end
  if observation.isInvalid then address.invalidCount = address.invalidCount + 1 end
  if address.invalidCount >= limits.maxInvalidCount then
    address.openUntil = math.max(address.openUntil, address.invalidSince + INVALID_WINDOW_MS)
  end
  if not observation.bannedMs then return end
  local told_ms = math.min(DAY_MS, observation.bannedMs)
  if now < address.openUntil then
    address.openUntil = math.max(address.openUntil, now + told_ms)
    return
  end
  if now - address.openUntil > 60 * 60 * 1000 then address.banCount = 0 end
  local ban_ms = math.min(DAY_MS, MIN_BAN_MS * 2 ^ address.banCount)
  address.openUntil = now + math.max(ban_ms, told_ms)
  address.banCount = address.banCount + 1
end

local function undelayed_ms(bucket, is_held)
  if is_held then return 0 end
  bucket.undelayedCount = bucket.undelayedCount + 1
  return math.min(60000, 1000 * 2 ^ (bucket.undelayedCount - 1))
end

local function obey(bucket, channel, route, limited)
  if not limited then
    bucket.undelayedCount = 0
    return
  end
  local is_shared = limited.scope == "shared"
  local is_of_channel = is_shared and channel ~= nil
  local global = limited.scope == "global" and open_global(route) or nil
  local line = global or (is_of_channel and channel or bucket)
  local asked_ms = limited.retryAfterMs or undelayed_ms(bucket, line.holdUntil > now)
  local most_ms = is_shared and 10 * 60 * 1000 or DAY_MS
  hold(line, math.max(global and 1000 or 0, math.min(most_ms, asked_ms)))
  if is_of_channel then
    channel.kind = "log"
  elseif not global then
    bucket.kind = "unknown"
  end
end
`;
