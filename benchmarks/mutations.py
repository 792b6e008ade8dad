"""Mutate right answers in one place at a time and list the mutants that keep full marks.

    python benchmarks/mutations.py
    python benchmarks/mutations.py --answer boolean_mask

A mutant swaps an operator, changes a constant or a string, negates a condition, removes a statement, or
swaps two arguments. A mutant that survives the checks must be the same function. Each survivor is listed
with the reason why it is; the exit code is 1 if one has no reason yet.
"""

import argparse
import ast
import copy
import os
import sys
from pathlib import Path

from tqdm import tqdm

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # matrices are small here: more threads only wait
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "dropout"))

from answers import FUNCTION_CELLS, answers, failures, judge, reference

REFERENCE = "reference"
ANSWERS = (
    REFERENCE,
    "seeds_the_global_generator",
    "boolean_mask",
    "network_step_by_step",
    "network_dropout_by_hand",
)
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
BORDERS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}  # differ only if both sides are equal
P_ONE = "at p = 1 dropout is the identity in both directions"
UNUSED = "the first layer's dx is computed and never used"
COMMUTES = "dropout_backward is a product of dout and the mask, and products commute"
# Why a survivor is the same function, by answer ("" for any), cell and the end of its description
EQUIVALENT = {
    ("", "dropout_forward", "< -> <="): "a draw equals p with probability 2**-53",
    (REFERENCE, "fc_net", "line 9: condition always true"): P_ONE,
    (REFERENCE, "fc_net", "line 21: condition always true"): P_ONE,
    (REFERENCE, "fc_net", "line 21: arguments swapped"): COMMUTES,
    (REFERENCE, "fc_net", "line 22: > -> >="): UNUSED,
    (REFERENCE, "fc_net", "line 22: 1 -> 0"): UNUSED,
    (REFERENCE, "fc_net", "line 22: 1 -> -1"): UNUSED,
    ("network_step_by_step", "fc_net", "line 11: condition always true"): P_ONE,
    ("network_step_by_step", "fc_net", "line 24: condition always true"): P_ONE,
    ("network_step_by_step", "fc_net", "line 25: arguments swapped"): COMMUTES,
    ("network_dropout_by_hand", "fc_net", "> -> >="): "ReLU of 0 is 0, and no unit of a check is exactly 0",
    (
        "network_dropout_by_hand",
        "fc_net",
        "line 3: 1 -> 2",
    ): "reshape infers the size for any negative number",
    ("network_dropout_by_hand", "fc_net", "line 24: 1 -> 0"): "the loop breaks at 1",
    ("network_dropout_by_hand", "fc_net", "line 24: 1 -> -1"): "the loop breaks at 1",
    (
        "seeds_the_global_generator",
        "dropout_forward",
        "removed: out = None",
    ): "out is assigned in either mode",
    (
        "seeds_the_global_generator",
        "dropout_forward",
        "copy=False)",
    ): "the type returned is the student's choice",
    (
        "seeds_the_global_generator",
        "dropout_forward",
        "False -> 1",
    ): "astype copies, and the values are the same",
    (
        "seeds_the_global_generator",
        "dropout_forward",
        "line 10: condition always true",
    ): "there are two modes",
    (
        "seeds_the_global_generator",
        "dropout_backward",
        "removed: dx = None",
    ): "dx is assigned in either mode",
    (
        "seeds_the_global_generator",
        "dropout_backward",
        "line 7: condition always true",
    ): "there are two modes",
}


def mutants(source):
    """Yield (description, source) of every mutant of a cell."""
    tree = ast.parse(source)
    for index, node in enumerate(ast.walk(tree)):
        for description, change in changes_of(node):
            changed = copy.deepcopy(tree)
            twin = next(n for i, n in enumerate(ast.walk(changed)) if i == index)
            change(twin)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text != ast.unparse(tree):
                yield f"line {getattr(node, 'lineno', '?')}: {description}", text


def changes_of(node):
    """Yield (description, function that changes a copy of the node in place)."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in OPERATORS:
            yield named(op, OPERATORS[type(op)]), lambda n: setattr(n, "op", OPERATORS[type(n.op)]())
        case ast.Compare(ops=[op]):
            for table in (OPERATORS, BORDERS):
                if type(op) in table:
                    yield (
                        named(op, table[type(op)]),
                        lambda n, t=table: n.ops.__setitem__(0, t[type(n.ops[0])]()),
                    )
        case ast.Constant(value=bool() | int() | float() | str()):
            yield from changes_of_constant(node)
        case ast.If() | ast.IfExp():
            yield "condition negated", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
            yield "condition always true", lambda n: setattr(n, "test", ast.Constant(True))
        case ast.Return(value=value) if value is not None:
            yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Call(args=[_, _, *_]):
            yield "arguments swapped", lambda n: n.args.__setitem__(slice(0, 2), [n.args[1], n.args[0]])
        case ast.FunctionDef(body=body):
            for i, statement in enumerate(body):
                if i == 0 and ast.get_docstring(node):
                    continue
                yield f"removed: {short(statement)}", lambda n, i=i: n.body.__setitem__(i, ast.Pass())
        case ast.For(body=body) if len(body) > 1:
            for i, statement in enumerate(body):
                yield f"removed: {short(statement)}", lambda n, i=i: n.body.__setitem__(i, ast.Pass())


def replace_comparison(node, table):
    node.ops[0] = table[type(node.ops[0])]()


def changes_of_constant(node):
    """Yield the changes of a number, or of a string that is an identifier."""
    if isinstance(node.value, str):
        if node.value.isidentifier():
            yield f"{node.value!r} -> 'another'", lambda n: setattr(n, "value", "another")
        return
    for value in {0, 1, node.value + 1, -node.value} - {node.value}:
        yield f"{node.value} -> {value}", lambda n, v=value: setattr(n, "value", v)


SIGNS = {"Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}


def named(old, new):
    names = [type(old).__name__, new.__name__]
    return " -> ".join(SIGNS.get(name, name) for name in names)


def short(statement):
    """Return the first line of a statement."""
    return ast.unparse(statement).splitlines()[0][:60]


def survivors(name, bar):
    """Return one answer's mutants that keep full marks, as [(cell, description)], and the number of all."""
    cells = reference() if name == REFERENCE else next(a.cells for a in answers() if a.path.stem == name)
    found, count = [], 0
    for cell in ("dropout_forward", "dropout_backward", "fc_net"):
        only = FUNCTION_CELLS[2:] if cell == "fc_net" else FUNCTION_CELLS[:2]
        for description, source in mutants(cells[cell]) if cell in cells else ():
            count += 1
            bar.update()
            judged = {k: v for k, v in cells.items() if k != "train"} | {cell: source}
            if not failures(judge(judged, only=only)[0]):
                found.append((cell, description))
    return found, count


def reason(answer, cell, description):
    """Return why a survivor is equivalent, None if no reason is known."""
    for (of, where, end), why in EQUIVALENT.items():
        if of in ("", answer) and where == cell and description.endswith(end):
            return why
    return None


def main():
    """Run the mutants and print the survivors; return 1 if one has no reason."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answer", action="append", help="a right answer to mutate (default: several)")
    options = parser.parse_args()
    unexplained = 0
    with tqdm(unit="mutant", disable=None) as bar:
        for name in options.answer or ANSWERS:
            found, count = survivors(name, bar)
            print(f"{name}: {count} mutants, {count - len(found)} killed, {len(found)} survive")
            for cell, description in found:
                why = reason(name, cell, description)
                unexplained += why is None
                print(f"    {cell} {description}: {why or 'NOT EXPLAINED'}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
