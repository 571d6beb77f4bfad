"""The bureau's own people: who may sign in to the console, and who did."""
