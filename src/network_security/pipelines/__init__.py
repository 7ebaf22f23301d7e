"""The Kedro pipelines: pure nodes, wired through the catalog."""
