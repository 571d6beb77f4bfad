"""Keys of other systems, in the console."""
