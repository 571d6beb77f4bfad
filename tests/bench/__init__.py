"""``make bench``: what an answered message costs, beside an echo made of the usual parts."""
