"""Figures of the matching on files with known answers: what `bianshitong evaluate` prints."""
