"""Handwritten digits from files to a trained network: the demo and the data it runs on."""
