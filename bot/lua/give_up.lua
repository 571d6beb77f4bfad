-- A delivery is about to answer `success` without the answer: from now on it goes another way, unless it is ready.
-- KEYS message
local known = redis.call('HMGET', KEYS[1], 'state', 'answer', 'channel')
if known[1] == 'done' then
  if known[3] == '' then
    redis.call('HSET', KEYS[1], 'channel', 'passive')
    known[3] = 'passive'
  end
  return {known[2], known[3]}
end
if known[1] then redis.call('HSET', KEYS[1], 'gave_up', 1) end
return false
