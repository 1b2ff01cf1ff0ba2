"""Pictures and pages from a case and its answers; knows nothing of the solver."""
