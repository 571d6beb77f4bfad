"""Durable work after the commit: forwarding feedback, fetching its files, telling citizens. Runs on DBOS.

A job's arguments are ids and counts and nothing else: DBOS keeps them in plain.
"""
