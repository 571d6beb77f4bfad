"""The error root of the knowledge package."""


class KnowledgeError(Exception):
    """Anything that went wrong with what is known or remembered; the message says what to do."""
