"""What the account says: one file per topic a citizen can raise."""
