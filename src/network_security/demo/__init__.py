"""``make demo``: everything at once on one's own machine, with traffic that is made up.

- `clock`: the time of the simulated network, which catches up with the present.
- `delivery`: how each format reaches the watcher: syslog, HTTP, files, a drop folder.
- `status`: what the simulator is doing and which attacks it made: for the page.
- `traffic`: the simulator, the delivery and the status in one thread.
- `processes`: the service and the watcher, which never outlive the demonstration.
- `folder`: where all data of a demonstration lie, and nothing else.
- `demonstration`: puts them together, and takes them down.
"""
