"""Test what FullyConnectedNetBase is made with: parameters, seeds, dropout and batchnorm, and wrong settings."""

import numpy as np
import pytest
from nndl.fc_net import FullyConnectedNetBase
from plain_net import net


def test_parameters_have_the_names_and_shapes_of_the_layers():
    shapes = {name: value.shape for name, value in net().params.items()}
    assert shapes == {"W1": (6, 5), "b1": (5,), "W2": (5, 4), "b2": (4,), "W3": (4, 3), "b3": (3,)}


def test_batchnorm_adds_a_scale_and_a_shift_to_each_hidden_layer():
    params = net(use_batchnorm=True).params
    assert list(params) == ["W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2", "beta2", "W3", "b3"]
    np.testing.assert_array_equal(params["gamma2"], np.ones(4))
    np.testing.assert_array_equal(params["beta2"], np.zeros(4))


def test_defaults_are_those_of_cifar10():
    model = FullyConnectedNetBase([7])
    assert model.params["W1"].shape == (3072, 7)
    assert model.params["W2"].shape == (7, 10)
    assert (model.use_dropout, model.use_batchnorm, model.reg, model.bn_params) == (False, False, 0, [])
    assert {value.dtype for value in model.params.values()} == {np.dtype("f4")}


@pytest.mark.parametrize(("hidden_dims", "layers"), [([], 1), ([5], 2), ((5, 4, 3), 4)], ids=str)
def test_num_layers_counts_the_affine_ones(hidden_dims, layers):
    assert net(hidden_dims).num_layers == layers


def test_weights_have_the_given_scale_and_biases_are_zero():
    np.random.seed(0)
    params = net([400], input_dim=500, weight_scale=0.02).params
    assert params["W1"].std() == pytest.approx(0.02, rel=0.02)  # 200,000 draws: 12 standard errors
    np.testing.assert_array_equal(params["b1"], np.zeros(400))


def test_weights_come_from_the_global_generator():
    np.random.seed(1)
    first = net().params["W1"]
    np.random.seed(1)
    np.testing.assert_array_equal(net(seed=9).params["W1"], first)


def test_seed_leaves_the_global_generator_alone():
    np.random.seed(1)
    net(seed=9)
    after = np.random.rand()
    np.random.seed(1)
    net()
    assert np.random.rand() == after


@pytest.mark.parametrize(
    ("settings", "param", "used"),
    [
        ({}, {"mode": "train", "p": 1.0}, False),
        ({"dropout": 0.75}, {"mode": "train", "p": 0.75}, True),
        ({"dropout": 0.5, "seed": 0}, {"mode": "train", "p": 0.5, "seed": 0}, True),
        ({"seed": 123}, {"mode": "train", "p": 1.0, "seed": 123}, False),
    ],
    ids=["default", "dropout", "seed-0", "seed-alone"],
)
def test_dropout_param_has_a_seed_only_if_given(settings, param, used):
    model = net(**settings)
    assert model.dropout_param == param
    assert model.use_dropout is used


def test_settings_become_plain_numbers():
    """A np.float64 setting would turn a float32 network into float64."""
    model = net(dropout=np.float64(0.5), reg=np.float64(0.1))
    assert type(model.dropout_param["p"]) is type(model.reg) is float


def test_each_hidden_layer_has_its_own_batchnorm_statistics():
    model = net(use_batchnorm=True)
    assert model.bn_params == [{"mode": "train"}, {"mode": "train"}]
    assert model.bn_params[0] is not model.bn_params[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dropout": 0}, "dropout is 0, expected a number above 0 and at most 1"),
        ({"dropout": 1.5}, "dropout is 1.5, expected"),
        ({"dropout": float("nan")}, "dropout is nan, expected"),
        ({"dropout": None}, "dropout is None, expected"),
        ({"hidden_dims": [5, 0]}, "a size in .* is 0, expected a whole number of 1 or more"),
        ({"hidden_dims": [5.0]}, "a size in .* is 5.0, expected"),
        ({"num_classes": 0}, "is 0, expected"),
        ({"reg": -1}, "reg is -1, expected a finite number"),
        ({"weight_scale": float("inf")}, "weight_scale is inf, expected a finite number"),
        ({"dtype": np.int32}, "dtype is <class 'numpy.int32'>, expected a floating type"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        net(**settings)
