"""The test bench 试问."""
