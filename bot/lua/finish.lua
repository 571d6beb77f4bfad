-- The answer is there: remember it and the talk, say which channel has it, leave the line.
-- KEYS message, waiting, leases, turn, talk
-- ARGV member, fence, answer, talk, talk ms, quiet ms (0: leave as it is), somebody waits (1/0), late channel, keep ms
local message, turn = KEYS[1], KEYS[4]
local known = redis.call('HMGET', message, 'state', 'fence', 'gave_up')
if known[1] ~= 'open' or known[2] ~= ARGV[2] then return false end
local channel = ''
if known[3] then channel = ARGV[8] elseif ARGV[7] == '1' then channel = 'passive' end
redis.call('HSET', message, 'state', 'done', 'answer', ARGV[3], 'channel', channel)
redis.call('PEXPIRE', message, ARGV[9])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local place = redis.call('HMGET', turn, 'holder', 'reminded')
if place[1] == ARGV[1] then
  redis.call('HDEL', turn, 'holder')
  redis.call('SET', KEYS[5], ARGV[4], 'PX', ARGV[5])
  if ARGV[6] ~= '0' and not place[2] then
    local clock = redis.call('TIME')
    local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
    redis.call('HSET', turn, 'quiet', string.format('%.0f', now + ARGV[6]))
  end
end
return channel
