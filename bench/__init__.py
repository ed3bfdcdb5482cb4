"""Benchmarks. `make bench` runs them and writes `bench/results/*.json`; a figure is met when it is printed there."""
