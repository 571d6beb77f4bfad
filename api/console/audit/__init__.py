"""The audit log, to be read and verified."""
