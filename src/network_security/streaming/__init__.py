"""Raw logs as they come: read from where the last run stopped, parsed, and stored once each.

`inputs` says what a path names, `reading` cuts it into batches of records, `parsing` makes events
and dead letters of them, `store` writes these and only then the checkpoint.
"""
