"""Wiring of the nodes; names are a detector's own once the registry gives them its namespace."""

from typing import Final

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.reporting import nodes

PLOTS: Final = (
    "roc",
    "precision_recall",
    "reliability",
    "confusion",
    "threshold",
    "importance",
    "shap",
    "tiers",
    "candidates",
    "tuning",
    "external_validity",
)


def create_pipeline() -> Pipeline:
    """From out-of-fold scores to what a person or a program reads of the detector.

    ::

        external set, model ── judge ──┐
        out of fold ──────────────── measure ── metrics ─┬── threshold table
                                                         ├── draw ── plots, pictures
                                                         └── write model card ──┘
    """
    return Pipeline(
        [
            Node(
                nodes.judge_by_external_set,
                inputs=[
                    "external_set",
                    "primary",
                    "model",
                    "parity",
                    "out_of_fold_probabilities",
                    "chosen",
                    "params:detector",
                    "params:members",
                    "params:choice",
                    "params:masking",
                    "params:training",
                    "params:operating_point",
                ],
                outputs="external_validity",
                name="judge_by_external_set",
            ),
            Node(
                nodes.measure_detector,
                inputs=[
                    "out_of_fold_scores",
                    "out_of_fold_probabilities",
                    "chosen",
                    "settings",
                    "studies",
                    "parity",
                    "data_quality",
                    "folds",
                    "external_validity",
                    "params:detector",
                    "params:operating_point",
                    "params:duty",
                ],
                outputs="metrics",
                name="measure_detector",
            ),
            Node(
                nodes.tabulate_thresholds,
                inputs="metrics",
                outputs="threshold_table",
                name="tabulate_thresholds",
            ),
            Node(
                nodes.draw_plots,
                inputs=[
                    "metrics",
                    "out_of_fold_probabilities",
                    "chosen",
                    "studies",
                    "permutation_importance",
                    "contributions",
                ],
                outputs={**{plot: f"{plot}_plot" for plot in PLOTS}, "pictures": "pictures"},
                name="draw_plots",
            ),
            Node(
                nodes.write_model_card,
                inputs=["metrics", "permutation_importance", "contributions", "pictures"],
                outputs=["model_card_html", "model_card_markdown"],
                name="write_model_card",
            ),
        ],
        tags="reporting",
    )
