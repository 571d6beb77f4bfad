"""What was asked and not answered, grouped by meaning, and who wants to hear of the answer."""
