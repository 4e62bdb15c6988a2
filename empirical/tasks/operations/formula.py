"""Formulas in x and y, read as they are written in papers: `x^2+xy+y^2`, `x/y if y odd else x-y`."""

import ast
import re

__all__ = ["LONGEST", "parity", "parse_formula", "whole_number"]

LONGEST = 200
"""Characters of a formula at most: it is read by recursion."""

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]+|\*\*|[<>=!]=|[-+*/^%()<>])")
_SIGNS = str.maketrans({"−": "-", "·": "*", "×": "*", "÷": "/"})
_PARITY = {"odd": "== ODD", "even": "== EVEN"}
_FACTOR_ENDS = re.compile(r"\d+|[xy)]")
_FACTOR_BEGINS = re.compile(r"[xy(]")  # a number comes first: x2 might be a square
_BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def parse_formula(text: str) -> ast.expr:
    """The tree of a formula, with nothing in it but what a formula may have.

    That is x, y and whole numbers; `+ - * / % ^` and parentheses; products without a sign, `xy`, `2x`, `x(y+1)`;
    powers with a whole number, negative ones too, in parentheses or not; `A if CONDITION else B`, where a condition
    compares two formulas (`== != < <= > >=`) or says that one is `odd` or `even`. Nothing is evaluated here.

    Raises
    ------
    ValueError
        With one sentence, for a text that is longer than `LONGEST`, cannot be read, or has anything else in it.

    Examples
    --------
    >>> ast.unparse(parse_formula("x^3+2xy^2")), ast.unparse(parse_formula("x/y if y odd else x-y"))
    ('x ** 3 + 2 * x * y ** 2', 'x / y if y == ODD else x - y')
    >>> parse_formula("open('x')")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: A formula has x, y, whole numbers, + - * / % ^ ( ) and A if CONDITION else B, got 'open' in ...
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"A formula has at most {LONGEST} characters, got {len(text)}; add an operation of your own "
            "(`add_operation`)."
        )
    source = " ".join(_tokens(text))
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"A formula must be complete, got {text!r}; write x^2+xy+y^2, say.") from None
    _check(tree, text)
    return tree


def _tokens(text: str) -> list[str]:
    """The tokens as Python spells them, with a sign in every product."""
    rest, found = text.translate(_SIGNS).strip(), list[str]()
    while rest:
        match = _TOKEN.match(rest)
        if match is None:
            raise _refusal(rest[0], text)
        rest = rest[match.end() :].lstrip()
        for token in _words(match[1], text):
            if found and _FACTOR_ENDS.fullmatch(found[-1]) and _FACTOR_BEGINS.fullmatch(token):
                found.append("*")
            found.append(token)
    return found


def _words(token: str, text: str) -> list[str]:
    if token == "^":
        return ["**"]
    if token.isdigit():
        return [str(int(token))]  # Python knows no 007
    if not token[0].isalpha() and token[0] != "_":
        return [token]
    if set(token) <= {"x", "y"}:
        return list(token)
    if token in _PARITY:
        return [_PARITY[token]]
    if token in ("if", "else"):
        return [token]
    raise _refusal(token, text)


def _check(node: ast.expr, text: str) -> None:
    """Raise ValueError unless this part of the tree is one that a formula may have."""
    match node:
        case ast.Name(id="x" | "y") | ast.Constant(value=int()):
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, text)
        case ast.BinOp(left=base, op=ast.Pow(), right=power):
            _check(base, text)
            if not isinstance(whole_number(power), int):
                raise ValueError(f"A power must be a whole number, got {ast.unparse(power)!r} in {text!r}; write x^2.")
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _BINARY):
            _check(left, text)
            _check(right, text)
            if isinstance(op, ast.Mod) and not (whole_number(right) or 0) > 0:
                raise ValueError(f"% needs a positive whole number, got {ast.unparse(right)!r} in {text!r}; write x%2.")
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=other) if (
            isinstance(op, _COMPARISONS)
        ):
            for part in (left, body, other):
                _check(part, text)
            if not isinstance(op, ast.Eq) or parity(right) is None:
                _check(right, text)
        case _:
            raise _refusal(ast.unparse(node), text)


def whole_number(node: ast.expr) -> int | None:
    """The value of a whole number, maybe with a sign; None for anything else.

    >>> whole_number(ast.parse("-2", mode="eval").body)
    -2
    """
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def parity(node: ast.expr) -> int | None:
    """1 for `odd`, 0 for `even`, None for anything else.

    >>> [parity(ast.Name(id=name)) for name in ("ODD", "EVEN", "x")]
    [1, 0, None]
    """
    return {"ODD": 1, "EVEN": 0}.get(node.id) if isinstance(node, ast.Name) else None


def _refusal(found: str, text: str) -> ValueError:
    return ValueError(
        f"A formula has x, y, whole numbers, + - * / % ^ ( ) and A if CONDITION else B, got {found!r} in {text!r}; "
        "write x^2+xy+y^2, say, or add an operation of your own (`add_operation`)."
    )
