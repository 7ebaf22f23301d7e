"""What the company's mail gateway or cloud service writes: one file a format."""
