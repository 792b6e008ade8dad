"""Train a network: draw batches, step, measure, and keep the best epoch."""

import numpy as np
from nndl import optim
from nndl._checks import check_count, check_number

_RULES = {
    rule.__name__: rule
    for rule in (optim.sgd, optim.sgd_momentum, optim.sgd_nesterov, optim.rmsprop, optim.adam)
}
_BLOCK = 32_768  # entries: a block of w, dw and what the rule remembers fits in a core's own cache
_SAMPLE = 1000  # training examples measured after each epoch; all of them would take a third of an epoch


class Solver:
    """Train a model by stochastic gradient descent.

    Usage: `solver = Solver(model, data, num_epochs=20, update_rule='adam')`, then
    `solver.train()`. Afterwards the model has the parameters of its best epoch, and that epoch's
    batchnorm statistics.

    The order of the examples comes from one number that the constructor draws from NumPy's global
    generator: call np.random.seed before it to train the same way again. A seed set later, as
    dropout may do, does not touch it.

    Parameters
    ----------
    model : object
        Has `params`, a dict of arrays, which are updated in place, and `loss(X, y)`, which returns
        (loss, grads), and without y the scores. It may have `bn_params`, a list of dicts.
    data : dict
        X_train (N, ...), y_train (N,), X_val (M, ...), y_val (M,). Examples are read a batch at a
        time, so arrays mapped from a file stay there.
    num_epochs : int
        Passes over the training set; 0 only measures the model.
    batch_size : int
        Examples in a batch. An epoch has N // batch_size steps, at least one; examples that do
        not fill a last batch wait for another epoch, since each has its own order.
    update_rule : str
        'sgd', 'sgd_momentum', 'sgd_nesterov', 'rmsprop' or 'adam', from nndl.optim.
    optim_config : dict, optional
        Settings of the update rule, such as learning_rate.
    lr_decay : float
        Factor on the learning rate after each epoch.
    verbose : bool
        Whether to print losses and accuracies.
    print_every : int
        Steps between printed losses.

    Attributes
    ----------
    loss_history : list of float
        One loss for each step.
    train_acc_history, val_acc_history : list of float
        Accuracy, 0 to 1, after the first step (epoch 0) and after each epoch; the training
        accuracy is measured on a random sample of 1000.
    best_val_acc : float
    best_params : dict of ndarray
    optim_configs : dict of list of dict
        What the update rule remembers of each parameter: one config for each block of its rows.

    Raises
    ------
    ValueError
        If a setting is unknown or out of range, or the data's arrays do not fit each other.
    """

    def __init__(
        self,
        model,
        data,
        num_epochs=10,
        batch_size=100,
        update_rule="sgd",
        optim_config=None,
        lr_decay=1.0,
        verbose=True,
        print_every=10,
    ):
        _check_data(data)
        check_count(num_epochs, "num_epochs", least=0)
        check_count(batch_size, "batch_size")
        check_count(print_every, "print_every")
        settings = dict(optim_config or {})
        self.update_rule = _checked_rule(update_rule, settings)
        self.optim_configs = {name: [dict(settings) for _ in _blocks(w)] for name, w in model.params.items()}
        self.lr_decay = check_number(lr_decay, "lr_decay")
        self.model, self.data = model, data
        self.num_epochs, self.batch_size = num_epochs, batch_size
        self.verbose, self.print_every = verbose, print_every
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params, self._best_statistics = 0.0, {}, []
        self._rng = np.random.default_rng(np.random.randint(2**31))

    def train(self):
        """Train for num_epochs, then give the model its best epoch back; that too if interrupted."""
        examples = len(self.data["y_train"])
        per_epoch = max(examples // self.batch_size, 1)
        steps = self.num_epochs * per_epoch
        try:
            if steps == 0:
                self._measure(0)
            for t in range(steps):
                epoch, step = divmod(t, per_epoch)
                if step == 0:
                    order = self._rng.permutation(examples)
                self.step(order[step * self.batch_size : (step + 1) * self.batch_size])
                if t % self.print_every == 0:
                    self._print(f"(Iteration {t + 1} / {steps}) loss: {self.loss_history[-1]:f}")
                if t == 0:
                    self._measure(0)
                if step == per_epoch - 1:
                    self._decay()
                    self._measure(epoch + 1)
        finally:
            self._restore_best()

    def step(self, rows):
        """Take one step on the training examples numbered `rows`, shape (batch_size,).

        The update rule works on a parameter block by block. Over a whole weight matrix each line of
        a rule would fetch all of it from memory again, which takes several times as long.
        """
        loss, grads = self.model.loss(self.data["X_train"][rows], self.data["y_train"][rows])
        self.loss_history.append(float(loss))
        for name, w in self.model.params.items():
            for block, config in zip(_blocks(w), self.optim_configs[name], strict=True):
                self.update_rule(w[block], grads[name][block], config)

    def check_accuracy(self, X, y, batch_size=1000):
        """Return the fraction of X, shape (N, ...), that the model gives its label y, shape (N,)."""
        correct = 0
        for start in range(0, len(y), batch_size):
            batch = slice(start, start + batch_size)
            scores = self.model.loss(X[batch])  # (batch_size, C)
            correct += int(np.sum(np.argmax(scores, axis=1) == y[batch]))
        return correct / len(y)

    def _decay(self):
        """Lower the learning rate of every parameter."""
        for configs in self.optim_configs.values():
            for config in configs:
                config["learning_rate"] *= self.lr_decay

    def _measure(self, epoch):
        """Record both accuracies, and the model if it is the best so far."""
        examples = len(self.data["y_train"])
        sample = self._rng.choice(examples, min(_SAMPLE, examples), replace=False)
        train_acc = self.check_accuracy(self.data["X_train"][sample], self.data["y_train"][sample])
        val_acc = self.check_accuracy(self.data["X_val"], self.data["y_val"])
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        self._print(f"(Epoch {epoch} / {self.num_epochs}) train acc: {train_acc:f}; val_acc: {val_acc:f}")
        if not self.best_params or val_acc > self.best_val_acc:
            self.best_val_acc = val_acc
            self.best_params = _copies(self.model.params)
            self._best_statistics = [_copies(param) for param in getattr(self.model, "bn_params", [])]

    def _restore_best(self):
        """Give the model the parameters and batchnorm statistics of the best epoch."""
        if self.best_params:
            self.model.params.update(_copies(self.best_params))
            for param, best in zip(getattr(self.model, "bn_params", []), self._best_statistics, strict=True):
                param.update(_copies(best))

    def _print(self, line):
        if self.verbose:
            print(line)


def _blocks(w):
    """Return slices of w's rows, w of any shape but (), that hold about _BLOCK entries each."""
    rows = max(1, _BLOCK * len(w) // max(w.size, 1))
    return [slice(start, start + rows) for start in range(0, len(w), rows)]


def _copies(values):
    """Return a dict of the same names with a copy of each array."""
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in values.items()}


def _checked_rule(name, settings):
    """Return the update rule called `name`; raise ValueError unless there is one and it takes `settings`."""
    if name not in _RULES:
        raise ValueError(f"update_rule is {name!r}, expected one of {', '.join(_RULES)}")
    rule = _RULES[name]
    rule(np.zeros(1), np.zeros(1), dict(settings))  # try a step: a wrong setting raises now, not in train()
    return rule


def _check_data(data):
    """Raise ValueError unless each split has examples, and as many labels."""
    for split in ("train", "val"):
        images, labels = f"X_{split}", f"y_{split}"
        if images not in data or labels not in data:
            raise ValueError(f"data has {sorted(data)}, expected X_train, y_train, X_val and y_val")
        if len(data[images]) != len(data[labels]) or len(data[labels]) == 0:
            raise ValueError(
                f"data[{images!r}] has {len(data[images])} examples and data[{labels!r}] has "
                f"{len(data[labels])}, expected as many labels as examples, at least one"
            )
