"""A fully connected network, all but the two methods that are the exercise."""

import numpy as np

from nndl._checks import check_count, check_keep_probability, check_number, check_shape
from nndl.layers import softmax_loss


class FullyConnectedNetBase:
    """Hold the parameters and the loss of a fully connected network.

    Each hidden layer is affine, batchnorm if asked, ReLU, dropout; the last layer is affine alone
    and gives the scores. A subclass writes `forward(X) -> (scores, caches)` and
    `backward(dscores, caches) -> grads`; everything else is here.

    Weights are drawn from NumPy's global generator: call np.random.seed before the constructor to
    draw the same ones again.

    Parameters
    ----------
    hidden_dims : sequence of int
        Units in each hidden layer.
    input_dim : int
        Features of an example.
    num_classes : int
        Scores of an example, C.
    dropout : float, above 0 and at most 1
        The probability of keeping a unit; 1.0 means no dropout.
    use_batchnorm : bool
        Whether each hidden layer has batch normalisation.
    reg : float
        Strength of the L2 penalty on the weights.
    weight_scale : float
        Standard deviation of the initial weights; biases start at 0.
    dtype : NumPy floating type
        Precision of every parameter and, through them, of the computation.
    seed : int or None
        Seeds dropout only, not the weights. With a seed every forward pass draws the same masks,
        which a numerical gradient check needs.

    Attributes
    ----------
    params : dict of ndarray
        W1 (input_dim, H1), b1 (H1,), with batchnorm gamma1 and beta1 (H1,), and so on to WL, bL.
    num_layers : int
        L, the number of affine layers: len(hidden_dims) + 1.
    use_dropout : bool
        Whether dropout < 1.
    use_batchnorm : bool
    dropout_param : dict
        mode and p, and seed if one was given; what dropout_forward takes.
    bn_params : list of dict
        One for each hidden layer, what batchnorm_forward takes; empty without batchnorm.
    reg : float
    dtype : NumPy floating type

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout=1.0,
        use_batchnorm=False,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        dims = [input_dim, *hidden_dims, num_classes]
        for size in dims:
            check_count(size, "a size in [input_dim, *hidden_dims, num_classes]")
        if not np.issubdtype(dtype, np.floating):
            raise ValueError(f"dtype is {dtype!r}, expected a floating type such as np.float32")
        p = check_keep_probability(dropout, "dropout")

        self.num_layers = len(hidden_dims) + 1
        self.use_dropout = p < 1
        self.use_batchnorm = use_batchnorm
        self.reg = check_number(reg, "reg")
        self.dtype = dtype
        self.dropout_param = {"mode": "train", "p": p}
        if seed is not None:
            self.dropout_param["seed"] = seed
        self.bn_params = [{"mode": "train"} for _ in hidden_dims] if use_batchnorm else []
        self.params = self._initial_params(dims, check_number(weight_scale, "weight_scale"))

    def _initial_params(self, dims, weight_scale):
        """Draw the weights of every layer; `dims` lists the input, hidden and output sizes."""
        params = {}
        for i in range(1, self.num_layers + 1):
            D, M = dims[i - 1], dims[i]
            params[f"W{i}"] = weight_scale * np.random.randn(D, M)
            params[f"b{i}"] = np.zeros(M)
            if self.use_batchnorm and i < self.num_layers:
                params[f"gamma{i}"] = np.ones(M)
                params[f"beta{i}"] = np.zeros(M)
        return {name: value.astype(self.dtype) for name, value in params.items()}

    def forward(self, X):
        """Compute the scores of X; this is Exercise 3.

        Parameters
        ----------
        X : ndarray, shape (N, d_1, ..., d_k)

        Returns
        -------
        scores : ndarray, shape (N, C)
        caches : anything
            Whatever `backward` needs.
        """
        raise NotImplementedError("Exercise 3: write forward(self, X) in FullyConnectedNet")

    def backward(self, dscores, caches):
        """Compute the gradient of every parameter, without the penalty; this is Exercise 3.

        Parameters
        ----------
        dscores : ndarray, shape (N, C)
        caches : anything
            What `forward` returned.

        Returns
        -------
        grads : dict of ndarray
            The names and shapes of `params`.
        """
        raise NotImplementedError("Exercise 3: write backward(self, dscores, caches) in FullyConnectedNet")

    def loss(self, X, y=None):
        """Compute the training loss and its gradients, or without labels the test-time scores.

        The loss is the mean cross-entropy plus 0.5 * reg * sum(W**2) over all weights W.

        Parameters
        ----------
        X : ndarray, shape (N, d_1, ..., d_k)
        y : ndarray, shape (N,), whole numbers, optional

        Returns
        -------
        loss : float, and grads : dict of ndarray
            If y is given: dropout and batchnorm run in mode 'train'.
        scores : ndarray, shape (N, C)
            If not: they run in mode 'test'.

        Raises
        ------
        ValueError, TypeError
            If forward or backward return something else than they should.
        """
        X = np.asarray(X).astype(self.dtype, copy=False)
        for param in [self.dropout_param, *self.bn_params]:
            param["mode"] = "test" if y is None else "train"

        result = self.forward(X)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise TypeError(f"forward returned {type(result).__name__}, expected the pair (scores, caches)")
        scores, caches = result
        C = len(self.params[f"b{self.num_layers}"])
        check_shape(
            "scores", scores, (len(X), C), "(N, C): one row for each example, one column for each class"
        )
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        grads = self.backward(dscores, caches)
        self._check_grads(grads)
        return self._add_penalty(loss, grads)

    def _check_grads(self, grads):
        """Raise unless `grads` is a dict with an array of the right shape for every parameter."""
        if not isinstance(grads, dict):
            raise TypeError(f"backward returned {type(grads).__name__}, expected a dict of gradients")
        missing = sorted(set(self.params) - set(grads))
        if missing:
            raise ValueError(f"backward's grads lack {', '.join(missing)}, expected one for each of params")
        for name, value in self.params.items():
            check_shape(f"grads[{name!r}]", grads[name], value.shape, f"the shape of params[{name!r}]")

    def _add_penalty(self, loss, grads):
        """Add the L2 penalty to the loss and its gradient, reg * W, to the gradients of the weights."""
        if self.reg > 0:
            for name in [f"W{i}" for i in range(1, self.num_layers + 1)]:
                W = self.params[name]
                loss += 0.5 * self.reg * float(np.sum(W**2))
                grads[name] = grads[name] + self.reg * W
        return loss, grads
