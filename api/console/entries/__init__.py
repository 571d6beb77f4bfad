"""The entries of the knowledge base."""
