-- The heartbeat: still at work. 0 says that the turn was lost.
-- KEYS message, leases  ARGV member, fence, lease ms
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[2] then return 0 end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not lease or tonumber(lease) <= now then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
return 1
