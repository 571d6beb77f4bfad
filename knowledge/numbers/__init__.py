"""What the record of questions and the desk say in figures: bounded queries, days as people in China count them."""
