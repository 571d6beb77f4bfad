"""Who did what, when and why: a chain of rows that can only grow."""
