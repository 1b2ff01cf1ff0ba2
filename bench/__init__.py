"""Case generators, the benchmark runner, peer solvers and the statistics that compare runs."""
