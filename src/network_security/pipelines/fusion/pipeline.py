"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.fusion import nodes


def create_pipeline() -> Pipeline:
    """From the URLs' out-of-fold log-odds and the pages of the external set to the manifest.

    ::

        url_text.out_of_fold ─┬─ rows ─┬─ held out ── measure ──┬── card
        phishing.external_set ┘        └─ weights ──────────────┴── manifest
    """
    return Pipeline(
        [
            Node(
                nodes.join,
                inputs=["url_text.out_of_fold", "phishing.external_set"],
                outputs="fusion.rows",
                name="join",
            ),
            Node(
                nodes.score_held_out,
                inputs=["fusion.rows", "fusion.features", "params:fusion.options"],
                outputs="fusion.held_out",
                name="score_held_out",
            ),
            Node(
                nodes.fit,
                inputs=["fusion.rows", "fusion.features", "params:fusion.options"],
                outputs="fusion.weights",
                name="fit",
            ),
            Node(
                nodes.measure,
                inputs=["fusion.rows", "fusion.held_out", "params:fusion.options"],
                outputs="fusion.metrics",
                name="measure",
            ),
            Node(
                nodes.write_manifest,
                inputs=[
                    "fusion.weights",
                    "fusion.rows",
                    "fusion.held_out",
                    "fusion.metrics",
                    "fusion.features",
                    "fusion.url_text",
                    "params:fusion.options",
                ],
                outputs="fusion.manifest",
                name="write_manifest",
            ),
            Node(
                nodes.compare_rules,
                inputs=["phishing.primary", "fusion.rows"],
                outputs="fusion.rule_rates",
                name="compare_rules",
            ),
            Node(
                nodes.write_card,
                inputs=["fusion.manifest", "fusion.metrics", "fusion.rule_rates"],
                outputs="fusion.model_card_markdown",
                name="write_card",
            ),
        ],
        tags="fusion",
    )


def create_shipping_pipeline() -> Pipeline:
    """From a fitted fusion to the package's folder."""
    return Pipeline(
        [
            Node(
                nodes.ship,
                inputs=[
                    "fusion.manifest",
                    "fusion.model_card_markdown",
                    "fusion.features",
                    "fusion.url_text",
                ],
                outputs=["fusion.shipped_manifest", "fusion.shipped_card"],
                name="ship",
            )
        ],
        tags="fusion",
    )
