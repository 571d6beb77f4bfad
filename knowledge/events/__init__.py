"""Events of the platform that no other topic keeps: cases, institutions, notices."""
