"""What is remembered of messages: what was handled and answered, claims while Redis is away, and answers kept."""
