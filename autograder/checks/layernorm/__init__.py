"""The hidden checks of the layer normalisation assignment."""
