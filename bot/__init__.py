"""WeChat: the envelope, messages, replies, the router, the gateway and the outgoing API. No SQL, no wording, no settings."""
