"""What is known and remembered: text, search, FAQ, institutions, feedback, people. No web, no WeChat."""
