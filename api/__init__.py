"""Every edge: HTTP, console, worker, command line, settings and the wiring that builds it all once."""
