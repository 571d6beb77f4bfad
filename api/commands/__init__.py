"""The commands of the command line, one file a subject. Heavy imports wait until a command runs."""
