"""Intrusion detection and prevention systems."""
