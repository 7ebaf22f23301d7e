"""What the company's firewall writes, were it of this or that vendor: one file a format."""
