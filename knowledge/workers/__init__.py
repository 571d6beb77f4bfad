"""Who is at work: the heartbeats by which live workers find what a dead one left behind."""
