"""What `predict` judges with: values as people type them, real ones, printed text, and the sentences."""
