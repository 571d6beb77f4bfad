"""Where everything is kept: declarative base, column types, sessions, encryption and migrations."""
