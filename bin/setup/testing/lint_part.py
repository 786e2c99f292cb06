"""The linters; each counts as one test."""

import subprocess

from .. import cache, command, node
from .results import Results

JAVASCRIPT = ("static/src", "static/tests", "eslint.config.mjs")
FORMATTED = (*JAVASCRIPT, "package.json", ".prettierrc.json")


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
    javascript = [path for path in JAVASCRIPT if (repository / path).exists()]
    eslint = ["node", modules / "eslint/bin/eslint.js", "--max-warnings=0"]
    yield "eslint", [*eslint, "--no-error-on-unmatched-pattern", *javascript], repository
    formatted = [
        word
        for path in FORMATTED
        if (repository / path).exists()
        for word in ([f"{path}/**/*.js"] if path.startswith("static/") else [path])
    ]
    prettier = ["node", modules / "prettier/bin/prettier.cjs", "--check"]
    yield "prettier", [*prettier, "--no-error-on-unmatched-pattern", *formatted], repository
