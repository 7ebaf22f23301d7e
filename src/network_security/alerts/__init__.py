"""From verdicts to alerts that people work on.

``finding``      a verdict at or above its operating point; ``sightings`` makes it from documents
``receipt``      what a verdict was made of, hashed, and making it again
``grouping``     findings that belong together
``severity``, ``techniques``  how bad it is, and what the attacker does
``alert``, ``triage``  what a group of findings says, and what becomes of it
``suppression``  rules that keep alerts out of the queue
``outbox``, ``couriers``, ``sinks``  sending them to people and programs; ``stix`` as a bundle
``recording``, ``journal``  writing alerts; ``store``, ``queries``  reading and working on them
"""
