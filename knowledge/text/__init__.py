"""Text as people type it: one normal form, words, sounds, and what must not be kept."""
