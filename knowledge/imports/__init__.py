"""Files that curators bring through the console: stored, checked, shown, and only then applied."""
