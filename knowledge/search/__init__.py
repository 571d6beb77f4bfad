"""Finding: an index of candidates, features of each, one confidence, one decision."""
