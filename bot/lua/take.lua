-- The first channel to take an answer has it.
-- KEYS message  ARGV channel
local known = redis.call('HMGET', KEYS[1], 'state', 'channel')
if known[1] ~= 'done' or known[2] ~= '' then return 0 end
redis.call('HSET', KEYS[1], 'channel', ARGV[1])
return 1
