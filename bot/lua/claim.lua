-- One delivery asks for its message: claim it, stand in the citizen's line, and take the turn if it is free.
-- KEYS message, waiting, leases, turn, talk
-- ARGV owner, member, lease ms, most waiting, count this delivery (1/0), take a ready answer (1/0), keep ms
local message, waiting, leases, turn, talk = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local owner, member, keep = ARGV[1], ARGV[2], ARGV[7]
local known = redis.call('HMGET', message, 'state', 'owner', 'answer', 'channel', 'deliveries')
local number = tonumber(known[5] or '0')
if ARGV[5] == '1' then
  number = redis.call('HINCRBY', message, 'deliveries', 1)
  redis.call('PEXPIRE', message, keep)
end
if known[1] == 'done' then
  local channel = known[4]
  if channel == '' and ARGV[6] == '1' then
    channel = 'passive'
    redis.call('HSET', message, 'channel', channel)
  end
  return {'done', number, known[3], channel}
end
if known[1] == 'crowded' then return {'crowded', number} end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local holder = redis.call('HGET', turn, 'holder')
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now)) do
  redis.call('ZREM', waiting, dead)
  redis.call('ZREM', leases, dead)
  if holder == dead then
    redis.call('HDEL', turn, 'holder')
    holder = false
  end
end
local standing = redis.call('ZSCORE', leases, member)
if standing and known[2] ~= owner then return {'joined', number} end
if not standing then
  if redis.call('ZCARD', waiting) > tonumber(ARGV[4]) then
    redis.call('HSET', message, 'state', 'crowded')
    redis.call('PEXPIRE', message, keep)
    return {'crowded', number}
  end
  redis.call('ZADD', waiting, 0, member)
end
redis.call('ZADD', leases, now + ARGV[3], member)
redis.call('HSET', message, 'state', 'open', 'owner', owner)
redis.call('PEXPIRE', message, keep)
redis.call('PEXPIRE', waiting, keep)
redis.call('PEXPIRE', leases, keep)
if holder and holder ~= member then return {'queued', number} end
if not holder and redis.call('ZRANGE', waiting, 0, 0)[1] ~= member then return {'queued', number} end
local fence = redis.call('HINCRBY', turn, 'fence', 1)
local quiet = redis.call('HGET', turn, 'quiet')
redis.call('HSET', turn, 'holder', member)
redis.call('HDEL', turn, 'reminded')
redis.call('PEXPIRE', turn, keep)
redis.call('HSET', message, 'fence', fence)
local retaken = (known[1] == 'open' and known[2] ~= owner) and 1 or 0
local calm = (quiet and tonumber(quiet) > now) and 1 or 0
return {'granted', number, fence, retaken, calm, redis.call('GET', talk)}
