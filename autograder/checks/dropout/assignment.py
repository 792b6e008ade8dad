"""What the Dropout assignment needs of the grader."""

from autograder.checking.assignment import Assignment, StandIn
from autograder.checks.dropout import images, stand_in
from autograder.checks.dropout.class_page import DropoutClassPage


def dropout_for(*needs: str) -> StandIn:
    """Return the correct dropout for a network's checks that build on these cells."""
    return StandIn(needs, "dropout", stand_in.INSTALL, stand_in.REMOVE)


ASSIGNMENT = Assignment(
    data=images,
    stand_ins={
        "test_fc_net_forward": dropout_for("test_dropout_forward"),
        "test_fc_net_backward": dropout_for("test_dropout_forward", "test_dropout_backward"),
    },
    class_page=DropoutClassPage(),
)
