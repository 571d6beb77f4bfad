"""The gate between approved drafts and what answers: replays, decisions, the golden set."""
