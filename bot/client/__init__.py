"""The outgoing side: calls to WeChat's API. A token or a secret never leaves this package in a log or an error."""
