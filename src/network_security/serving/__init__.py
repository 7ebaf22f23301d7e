"""The service: an API for machines and pages for people, over the same functions as the batch."""
