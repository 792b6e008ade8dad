"""Whatever a student's functions return, the checks fail it and never break themselves."""

import pytest
from answers import FUNCTION_CELLS, judge, points

pytestmark = pytest.mark.thorough

WILD = {
    "nan": "np.full(x.shape, np.nan)",
    "infinite": "np.full(x.shape, np.inf)",
    "infinite-here-and-there": "np.where(np.random.rand(*x.shape) < 0.5, -np.inf, 0)",
    "huge": "np.full(x.shape, 1e308)",
    "huge-and-random": "np.where(np.random.rand(*x.shape) < 0.5, -1.7e308, 1.7e308)",
    "denormal": "np.full(x.shape, 5e-324)",
    "zero": "np.zeros(x.shape)",
    "boolean": "np.random.rand(*x.shape) < 0.5",
    "eight-bits": "np.full(x.shape, -128, np.int8)",
    "largest-integer": "np.full(x.shape, 2**64 - 1, np.uint64)",
    "half-precision": "x.astype(np.float16)",
    "empty": "np.zeros((0, *x.shape[1:]))",
    "scalar": "np.float64(1)",
    "one-dimension-more": "x[None]",
    "transposed": "x.T.copy()",
    "masked-array": "np.ma.masked_array(x, x > 0)",
}
CELLS = {
    "dropout_forward": "def dropout_forward(x, dropout_param):\n    return wild(x), None",
    "dropout_backward": "def dropout_backward(dout, cache):\n    return wild(dout)",
    "fc_net": """
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        return wild(X @ self.params["W1"] @ self.params["W2"] if self.num_layers == 2 else X), None

    def backward(self, dscores, caches):
        return {name: wild(value) for name, value in self.params.items()}
""",
}


@pytest.mark.parametrize("expression", WILD.values(), ids=WILD)
def test_wild_values_earn_little_and_break_nothing(expression):
    wild = f"def wild(x):\n    return {expression}\n\n\n"
    verdicts, _ = judge({name: wild + source for name, source in CELLS.items()})
    assert all(points(verdicts, cell) <= 8 for cell in FUNCTION_CELLS)


BEHIND_A_RIGHT_FORWARD = [name for name in WILD if name not in ("half-precision", "masked-array")]


@pytest.mark.parametrize("name", BEHIND_A_RIGHT_FORWARD)
def test_wild_gradients_after_a_right_forward(name):
    wild = f"def wild(x):\n    return {WILD[name]}\n\n\n"
    verdicts, _ = judge({"dropout_backward": wild + CELLS["dropout_backward"]}, only=FUNCTION_CELLS[:2])
    assert points(verdicts, "test_dropout_backward") <= 2
