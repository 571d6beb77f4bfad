"""The register in the console: the list, one institution with its lineage, and what the register lacks."""
