"""Project settings, read by Kedro."""

import logging
from typing import Any

from omegaconf.resolvers import oc

from network_security.config import project_folder
from network_security.hooks import ProgressHooks, TrackingHooks
from network_security.tracking.server import artifact_location, tracking_uri

# Packages warn of each other's deprecations; conf/logging.yml decides what of that is shown.
logging.captureWarnings(capture=True)

CONFIG_LOADER_ARGS: dict[str, Any] = {
    "base_env": "base",
    "default_run_env": "local",
    # Without it, an environment that overrides one parameter would drop that parameter's siblings.
    "merge_strategy": dict.fromkeys(("parameters", "globals", "mlflow", "catalog"), "soft"),
    "custom_resolvers": {
        "oc.env": oc.env,
        "project": project_folder,
        "tracking_uri": tracking_uri,
        "artifact_location": artifact_location,
    },
}

HOOKS = (ProgressHooks(), TrackingHooks())
