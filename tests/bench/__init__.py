"""Measurements that `make bench` prints. Nothing here is a test of what the program does."""
