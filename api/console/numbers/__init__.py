"""Figures of what was asked and answered: one page, and its tables as CSV."""
