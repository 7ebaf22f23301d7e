"""Wiring of the nodes."""

from typing import Final

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.url_text import nodes, report_nodes, shipping

PLOTS: Final = ("roc", "shortcuts", "evasions", "left_out")


def create_pipeline() -> Pipeline:
    """From the lists to ``url_text.model``, its manifest, its report, and out-of-fold log-odds.

    ::

        lists ── urls ── folds ── tune ── settings ── choose ── score protocols ─┬── out of fold
                                     │                  │                        ├── measure
                                     └──────── fit on all URLs ── export ── check parity
                                                                   └── manifest, plots, card
    """
    return Pipeline([*_training(), *_reporting()], tags="url_text")


def create_shipping_pipeline() -> Pipeline:
    """From a trained expert to the package's folder."""
    return Pipeline(
        [
            Node(
                shipping.ship,
                inputs=[
                    "url_text.model",
                    "url_text.manifest",
                    "url_text.model_card_markdown",
                    "params:url_text.shipping",
                ],
                outputs=[
                    "url_text.shipped_model",
                    "url_text.shipped_manifest",
                    "url_text.shipped_card",
                ],
                name="ship",
            )
        ],
        tags="url_text",
    )


def _training() -> list[Node]:
    return [
        Node(
            nodes.take_lists,
            inputs="url_text.lists",
            outputs=["url_text.urls", "url_text.data_quality"],
            name="take_lists",
        ),
        Node(
            nodes.deal,
            inputs=["url_text.urls", "params:url_text.split"],
            outputs="url_text.folds",
            name="deal",
        ),
        Node(
            nodes.tune_members,
            inputs=[
                "url_text.urls",
                "url_text.folds",
                "params:url_text.members",
                "params:url_text.search_space",
                "params:url_text.tuning",
                "params:url_text.fitting",
                "url_text.study_storage",
            ],
            outputs=["url_text.studies", "url_text.settings"],
            name="tune_members",
        ),
        Node(
            nodes.choose_candidate,
            inputs=[
                "url_text.urls",
                "url_text.folds",
                "url_text.settings",
                "params:url_text.choice",
                "params:url_text.fitting",
            ],
            outputs="url_text.chosen",
            name="choose_candidate",
        ),
        Node(
            nodes.score_protocols,
            inputs=[
                "url_text.urls",
                "url_text.folds",
                "url_text.settings",
                "url_text.chosen",
                "params:url_text.choice",
                "params:url_text.fitting",
                "params:url_text.protocols",
            ],
            outputs=["url_text.held_out_scores", "url_text.evasion_losses"],
            name="score_protocols",
        ),
        Node(
            nodes.collect_out_of_fold,
            inputs=["url_text.urls", "url_text.held_out_scores"],
            outputs="url_text.out_of_fold",
            name="collect_out_of_fold",
        ),
        Node(
            nodes.fit_expert,
            inputs=[
                "url_text.urls",
                "url_text.settings",
                "url_text.chosen",
                "params:url_text.choice",
                "params:url_text.fitting",
            ],
            outputs="url_text.fitted",
            name="fit_expert",
        ),
        Node(
            nodes.export,
            inputs=["url_text.fitted", "url_text.data_quality"],
            outputs="url_text.model",
            name="export",
        ),
        Node(
            nodes.check_parity,
            inputs=[
                "url_text.urls",
                "url_text.fitted",
                "url_text.model",
                "params:url_text.parity",
            ],
            outputs="url_text.parity",
            name="check_parity",
        ),
    ]


def _reporting() -> list[Node]:
    return [
        Node(
            report_nodes.measure,
            inputs=[
                "url_text.urls",
                "url_text.folds",
                "url_text.held_out_scores",
                "url_text.evasion_losses",
                "url_text.chosen",
                "url_text.settings",
                "url_text.parity",
                "url_text.data_quality",
            ],
            outputs="url_text.metrics",
            name="measure",
        ),
        Node(
            shipping.write_manifest,
            inputs=["url_text.metrics", "url_text.out_of_fold", "params:url_text.fitting"],
            outputs="url_text.manifest",
            name="write_manifest",
        ),
        Node(
            report_nodes.draw_plots,
            inputs=[
                "url_text.urls",
                "url_text.folds",
                "url_text.held_out_scores",
                "url_text.metrics",
            ],
            outputs={
                **{plot: f"url_text.{plot}_plot" for plot in PLOTS},
                "pictures": "url_text.pictures",
            },
            name="draw_plots",
        ),
        Node(
            report_nodes.write_card,
            inputs=["url_text.metrics", "url_text.pictures"],
            outputs=["url_text.model_card_html", "url_text.model_card_markdown"],
            name="write_card",
        ),
        Node(
            report_nodes.track_metrics,
            inputs="url_text.metrics",
            outputs="url_text.tracked_metrics",
            name="track_metrics",
        ),
        Node(
            report_nodes.track_trials,
            inputs="url_text.studies",
            outputs="url_text.tracked_trials",
            name="track_trials",
        ),
    ]
