"""What a sensor on the mirror port inside the firewall writes: one file a format."""
