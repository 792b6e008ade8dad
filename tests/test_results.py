"""Results survive JSON, and say what the format says."""

import dataclasses
import json

import pytest

from autograder.results import CellResult, CheckResult, Measurement, Result

CHECKS = (
    CheckResult("keeps", "passed", 2, "About.", measured=(Measurement("kept", 0.3, 0.28, 0.32),)),
    CheckResult("scales", "failed", 1, "", "why", "no_scaling"),
)
CELL = CellResult("test_dropout_forward", 10.0, 15.0, CHECKS, "why")
RESULT = Result("a/dropout.ipynb", "graded", 15.0, (CELL,), "", 1.5, {"provenance": {"seed": 7919}})


def test_a_result_survives_json():
    assert Result.from_json(json.loads(json.dumps(RESULT.to_json()))) == RESULT


def test_a_results_score_is_the_sum_of_its_cells():
    assert RESULT.to_json()["score"] == 10.0


def test_an_internal_error_has_no_score():
    assert Result("a", "internal_error", 90.0).to_json()["score"] is None


@pytest.mark.parametrize(("score", "status"), [(15.0, "passed"), (14.9, "failed")])
def test_a_cell_has_passed_with_all_its_points(score, status):
    assert dataclasses.replace(CELL, score=score).to_json()["status"] == status


def test_a_cell_that_was_not_graded_is_named():
    with pytest.raises(KeyError, match="test_fc_net_forward"):
        RESULT.cell("test_fc_net_forward")


def test_a_check_has_the_fields_of_the_format():
    check = RESULT.to_json()["tests"][0]["extra_data"]["checks"][1]
    assert check.items() >= {"id": "scales", "status": "failed", "weight": 1, "message": "why"}.items()
    assert check["misconception"] == "no_scaling"


@pytest.mark.parametrize(
    ("measurement", "passed"),
    [
        (Measurement("kept", 0.3, 0.28, 0.32), True),
        (Measurement("kept", 0.33, 0.28, 0.32), False),
        (Measurement("error", 1e-7, high=1e-6), True),
        (Measurement("accuracy", 0.54, low=0.55), False),
        (Measurement("error", None, high=1e-6), False),
        (Measurement("mean", 9.99), True),
    ],
    ids=["inside", "outside", "below the end", "above an open end", "not finite", "no interval"],
)
def test_a_measurement_passes_in_its_interval(measurement, passed):
    assert measurement.passed is passed
