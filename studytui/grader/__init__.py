"""Card and answer in, verdict out."""
