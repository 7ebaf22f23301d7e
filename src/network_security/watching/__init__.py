"""Real time: from what arrives at a socket to the alert in the store.

What is received goes to files first, and from there the way that all logs go:

- `udp`, `tcp` and `http` listen; `syslog_frames` cuts a connection into records, `formats` tells
  what each sender speaks, and `intake` hands the records to the `journal`, whose files hold
  `entries`.
- `sources` reads the journal, tailed files and folders of messages, `ingesting` stores what is in
  them and announces it in `arrivals`.
- `judge` makes evidence, verdicts and alerts of it, one process at a time, as its `leases` say;
  one that starts reads the `history`. `verdicts` and `model` are its part of the scoring.
- `workers` lets several receivers share a machine.
- `watcher` puts them together as `settings` say, and tells its `status`.
"""
