"""Words that curators add, effective without a restart."""
