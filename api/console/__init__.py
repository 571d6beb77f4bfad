"""The bureau's web console: sign-in, the feedback desk, and what was not answered."""
