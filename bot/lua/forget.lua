-- This citizen's talk went on elsewhere: drop it. The turn itself may be held, and stays.
-- KEYS talk, turn
redis.call('DEL', KEYS[1])
redis.call('HDEL', KEYS[2], 'quiet')
return 1
