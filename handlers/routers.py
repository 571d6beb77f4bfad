"""The order in which topics are asked. Explicit, in one place: earlier means stronger."""
