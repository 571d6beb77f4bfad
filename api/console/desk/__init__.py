"""The feedback desk: list, one item, its attachments."""
