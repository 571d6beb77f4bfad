"""Short lists for whoever keeps the system."""
