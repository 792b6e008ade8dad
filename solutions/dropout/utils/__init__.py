"""What surrounds a network: data, numerical gradients and the training loop."""
