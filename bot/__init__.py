"""WeChat: envelope, messages, replies, router, gateway and the outgoing API. No SQL, no wording, no settings."""
