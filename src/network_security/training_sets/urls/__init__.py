"""Labelled lists of URLs: where published ones are had, how they are read and put together."""
