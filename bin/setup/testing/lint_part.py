"""The linters; each counts as one test."""

import subprocess

from .. import cache, command, node
from .results import Results

#: A path that is gone makes its linter fail.
JAVASCRIPT = ("static/src", "static/tests", "eslint.config.mjs")
FORMATTED = (
    *("static/src/**/*.js", "static/tests/**/*.js", "eslint.config.mjs"),
    *("package.json", ".prettierrc.json"),
)


def run(python):
    results = Results()
    for name, words, place in _linters(python):
        done = subprocess.run(
            list(map(str, words)),
            cwd=place,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            results.fail(f"lint: {name}", done.stdout)
        else:
            results.passed.add(f"lint: {name}")
    return results


def _linters(python):
    """Yield name, command and working folder. pylint-odoo wants to see the addon by its name."""
    repository, modules = cache.REPOSITORY, node.modules()
    programs = python.parent
    yield "ruff", [programs / "ruff", "check", "--no-cache", "."], repository
    yield "ruff format", [programs / "ruff", "format", "--check", "--no-cache", "."], repository
    yield (
        "pylint-odoo",
        [
            python,
            "-B",
            "-m",
            "pylint",
            "-j2",
            f"--rcfile={repository / '.pylintrc'}",
            command.ADDON,
        ],
        command.link(),
    )
    bandit = [python, "-B", "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "."]
    yield "bandit", bandit, repository
    eslint = ["node", modules / "eslint/bin/eslint.js", "--max-warnings=0"]
    yield "eslint", [*eslint, *JAVASCRIPT], repository
    prettier = ["node", modules / "prettier/bin/prettier.cjs", "--check"]
    yield "prettier", [*prettier, *FORMATTED], repository
