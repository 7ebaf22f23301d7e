"""Mail gateways, mail transfer agents, and messages themselves."""
