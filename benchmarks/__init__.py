"""What Lineup costs and how fast it is, measured on the machine at hand; docs/benchmarks.md explains."""
