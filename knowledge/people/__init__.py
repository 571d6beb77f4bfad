"""What concerns a citizen as a person: consent to the privacy statement and erasure."""
