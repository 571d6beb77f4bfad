-- Something was kept for this citizen: the next message looks in the database.
-- KEYS turn
-- ARGV keep ms
redis.call('HSET', KEYS[1], 'reminded', '1')
redis.call('HDEL', KEYS[1], 'quiet')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
