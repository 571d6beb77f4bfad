"""The knowledge base: entries with their answers, files of them, and the one that fits a question."""
