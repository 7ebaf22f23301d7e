"""The commands beside ``kedro run``, a file each; `network_security.cli` names them all."""
