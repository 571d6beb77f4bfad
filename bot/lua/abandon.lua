-- The work failed: the next delivery may begin anew; how often it came stays known.
-- KEYS message, waiting, leases, turn  ARGV owner, member
local known = redis.call('HMGET', KEYS[1], 'state', 'owner', 'gave_up')
if known[1] ~= 'open' or known[2] ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'state', 'owner', 'fence', 'gave_up')
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
if redis.call('HGET', KEYS[4], 'holder') == ARGV[2] then redis.call('HDEL', KEYS[4], 'holder') end
return known[3] and 2 or 1
