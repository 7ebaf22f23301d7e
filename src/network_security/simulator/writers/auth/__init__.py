"""What the hosts themselves write about logins and their daemons: one file a format."""
