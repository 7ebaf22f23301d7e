"""Wiring of the nodes; names are a detector's own once the registry gives them its namespace."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.data_science import nodes


def create_pipeline() -> Pipeline:
    """From ``primary`` and ``folds`` to ``model`` and what is known about it.

    ::

        primary, folds ── tune ── settings ── score out of fold ── calibrate ── choose ── combine
                                     └──────────────── fit on all rows ────────────────────┘
                                                             └── trees ── export ── check parity
    """
    return Pipeline(
        [
            Node(
                nodes.tune_members,
                inputs=[
                    "primary",
                    "folds",
                    "params:detector",
                    "params:members",
                    "params:search_space",
                    "params:masking",
                    "params:tuning",
                    "study_storage",
                ],
                outputs=["studies", "settings"],
                name="tune_members",
            ),
            Node(
                nodes.score_out_of_fold,
                inputs=[
                    "primary",
                    "folds",
                    "params:detector",
                    "settings",
                    "params:masking",
                    "params:training",
                ],
                outputs=["out_of_fold_scores", "shuffled_scores"],
                name="score_out_of_fold",
            ),
            Node(
                nodes.calibrate,
                inputs=["out_of_fold_scores", "params:choice"],
                outputs="out_of_fold_probabilities",
                name="calibrate",
            ),
            Node(
                nodes.choose,
                inputs=["out_of_fold_probabilities", "params:choice"],
                outputs="chosen",
                name="choose",
            ),
            Node(
                nodes.combine,
                inputs=["out_of_fold_scores", "chosen", "params:choice"],
                outputs="combination",
                name="combine",
            ),
            Node(
                nodes.fit_detector,
                inputs=[
                    "primary",
                    "params:detector",
                    "settings",
                    "combination",
                    "params:masking",
                    "params:training",
                ],
                outputs="fitted",
                name="fit_detector",
            ),
            Node(nodes.reduce_to_trees, inputs="fitted", outputs="trees", name="reduce_to_trees"),
            Node(
                nodes.export,
                inputs=["trees", "params:detector", "provenance"],
                outputs="model",
                name="export",
            ),
            Node(
                nodes.check_parity,
                inputs=["primary", "params:detector", "fitted", "model", "params:parity"],
                outputs="parity",
                name="check_parity",
            ),
            Node(
                nodes.rank_features,
                inputs=["shuffled_scores", "out_of_fold_scores", "combination"],
                outputs="permutation_importance",
                name="rank_features",
            ),
            Node(
                nodes.explain,
                inputs=["primary", "params:detector", "trees", "params:explanation"],
                outputs="contributions",
                name="explain",
            ),
        ],
        tags="data_science",
    )
