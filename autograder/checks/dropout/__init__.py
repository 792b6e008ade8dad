"""The hidden checks of the Dropout assignment."""
