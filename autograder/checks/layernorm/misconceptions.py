"""The catalogue of known mistakes of this assignment."""

from pathlib import Path

from autograder.checking.catalogue import Catalogue

CATALOGUE = Catalogue(Path(__file__).with_suffix(".toml"))
failed = CATALOGUE.failed
