"""Project settings, read by Kedro."""

from omegaconf.resolvers import oc

from network_security.config import project_folder
from network_security.hooks import TrackingHooks
from network_security.tracking.server import artifact_location, tracking_uri

CONFIG_LOADER_ARGS = {
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

HOOKS = (TrackingHooks(),)
