"""Keys of programs that use the REST interface."""
