"""Files in and out: brought, compared row by row, and only then written; and what is there as a file."""
