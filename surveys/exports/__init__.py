"""Exports (导出): one dictionary, microdata and results in every format, the codebook, the replication package."""
