"""What a person or a program reads of a trained detector: figures, plots and the model card."""
