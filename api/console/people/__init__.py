"""Accounts, their roles, the roles that wait for a confirmation, and the log of sign-ins."""
