"""Logins, sessions and the host logs they stand in."""
