"""MLflow: where runs are kept, and the data sets and hooks that write to it."""
