"""A small neural-network library in NumPy: layers, a fully connected network, optimisers."""
