/** Who waits where and how long: see `../model/line.ts`, `wait-for.ts`, `global-line.ts`, `take.ts`. Needs `STATE_LUA`. */
export const WAIT_LUA = `
local AGE_TURN = 8
local GATES = { "bucket", "channel", "global" }

local function goes_before(one, other, is_age_turn)
  if not is_age_turn and one.level ~= other.level then return one.level > other.level end
  if one.since ~= other.since then return one.since < other.since end
  return one.id < other.id
end

local function ahead_count(line, waiter_id, level)
  local mine = { id = waiter_id, level = level, since = now }
  for _, each in ipairs(line.waiters) do
    if each.id == waiter_id then mine.since = each.since end
  end
  local is_age_turn = line.turnCount % AGE_TURN == AGE_TURN - 1
  local count = 0
  for _, each in ipairs(line.waiters) do
    if each.id ~= waiter_id and each.until_at > now and goes_before(each, mine, is_age_turn) then count = count + 1 end
  end
  return count
end

local function quit(line, waiter_id)
  line.waiters = filter(line.waiters, function(each) return each.id ~= waiter_id end)
end

local function join(line, waiter_id, level, wait_ms)
  local poll_ms = math.min(math.max(1, wait_ms), 2000)
  local since = now
  for _, each in ipairs(line.waiters) do
    if each.id == waiter_id then since = each.since end
  end
  line.waiters = filter(line.waiters, function(each) return each.id ~= waiter_id and each.until_at > now end)
  table.insert(line.waiters, { id = waiter_id, level = level, since = since, until_at = now + poll_ms + 1000 })
  return poll_ms
end

local function safety_of(bucket) return 10 + bucket.limitCount end

local function wait_for_window(bucket, requests, reserve)
  local left_ms = bucket.windowEndsAt - now + safety_of(bucket)
  if left_ms <= 0 then return requests + reserve <= bucket.limitCount and 0 or 50 end
  local ending_ms = bucket.windowMs / 4
  local tokens = requests + (left_ms <= ending_ms and 0 or reserve)
  if tokens <= bucket.remainingCount then return 0 end
  if requests <= bucket.remainingCount then return left_ms - ending_ms end
  return left_ms + math.floor((tokens - bucket.remainingCount - 1) / bucket.limitCount) * bucket.windowMs
end

local function wait_for_log(bucket, tokens)
  local window_ms = bucket.windowMs + safety_of(bucket)
  local in_window = filter(bucket.settledAt, function(at) return at + window_ms > now end)
  local over = #in_window + tokens - bucket.limitCount
  if over <= 0 then return 0 end
  local freed_at = in_window[math.min(over, #in_window)] or now
  local later = math.floor((over - 1) / bucket.limitCount)
  return freed_at + safety_of(bucket) - now + (1 + later) * bucket.windowMs
end

local function wait_by_kind(bucket, ahead, may_use_reserve)
  local reserve = (may_use_reserve or bucket.limitCount < 3) and 0 or 1
  local under_way = #bucket.held + ahead
  if bucket.kind == "unknown" then return 50 * under_way end
  if bucket.kind == "open" then return under_way < 10 and 0 or 50 end
  if bucket.kind == "fixed" then return wait_for_window(bucket, under_way + 1, reserve) end
  local tokens = under_way + 1 + reserve
  if bucket.kind == "log" then return wait_for_log(bucket, tokens) end
  local full_ms = math.max(0, bucket.fullAt - now + safety_of(bucket))
  local over = tokens - bucket.limitCount
  local token_ms = full_ms + over * (over < 0 and bucket.leastPeriodMs or bucket.periodMs)
  if not has_window(bucket) then return token_ms end
  return math.max(token_ms, wait_for_window(bucket, under_way + 1, 0))
end

local function wait_for(bucket, ahead, may_use_reserve)
  return math.max(0, bucket.holdUntil - now, wait_by_kind(bucket, ahead, may_use_reserve))
end

local GLOBAL_WINDOW_MS = 1010

local function free_at(slot)
  if slot.settledAt then return slot.settledAt + GLOBAL_WINDOW_MS end
  return math.min(slot.expiresAt, now) + GLOBAL_WINDOW_MS
end

local function wait_for_global(line, ahead, may_use_reserve)
  local limit = limits.globalPerSecond
  if not may_use_reserve then limit = limit - math.floor(limit * 0.1) end
  local held_ms = math.max(0, line.holdUntil - now)
  if #line.slots + ahead < limit then return held_ms end
  local freed = {}
  for _, slot in ipairs(line.slots) do
    local at = free_at(slot)
    if at > now then table.insert(freed, at) end
  end
  local over = #freed + ahead + 1 - limit
  if over <= 0 then return held_ms end
  table.sort(freed)
  local next_at = freed[math.min(over, #freed)] or now
  return math.max(held_ms, next_at - now + math.floor((over - 1) / limit) * GLOBAL_WINDOW_MS)
end

local function take_slot(line, id, expires_at)
  line.slots = filter(line.slots, function(slot) return free_at(slot) > now end)
  table.insert(line.slots, { id = id, expiresAt = expires_at })
end

local function refusal_of(route)
  if route.credential and redis.call("EXISTS", prefix .. "dead:" .. route.credential) == 1 then
    return { kind = "refused", reason = "credential-dead" }
  end
  local address = load_address()
  if address.openUntil == 0 then return nil end
  follow_clock_at_address(address)
  local retry_after_ms = address.openUntil - now
  if retry_after_ms > 0 then return { kind = "refused", reason = "breaker-open", retryAfterMs = retry_after_ms } end
  return nil
end

local function closed_gate(gates, waiter_id, level, may_use_reserve, extra)
  for _, gate in ipairs({ "bucket", "channel" }) do
    local line = gates[gate]
    if line then
      local wait = wait_for(line, ahead_count(line, waiter_id, level) + extra, may_use_reserve)
      if wait > 0 then return gate, wait, line.periodMs end
    end
  end
  if not gates.global then return nil end
  local ahead = ahead_count(gates.global, waiter_id, level) + extra
  local wait = wait_for_global(gates.global, ahead, may_use_reserve)
  if wait > 0 then return "global", wait, 1000 / limits.globalPerSecond end
  return nil
end
`;
