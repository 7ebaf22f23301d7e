"""Estimators, their calibration, thresholds, explanation and export; no input, no output."""
