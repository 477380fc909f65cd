"""The demo units: made-up people and appointments around today. Nobody here is real."""
