"""A codebook as PDF."""
