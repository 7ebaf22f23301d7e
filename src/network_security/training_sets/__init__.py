"""The labelled rows that detectors learn from: found, checked, simulated when there are none."""
