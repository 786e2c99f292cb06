"""The cache builds each item once, repairs what was interrupted, and lets the second wait."""

import subprocess
import sys

import pytest
from setup import cache, command, errors


def build(path):
    (path / "product").write_text("built")


def test_an_item_is_built_once(own_cache):
    path = own_cache / "item" / "1"
    built = []
    for _ in range(2):
        cache.provide(path, built.append, "building")
    assert built == [path]


def test_an_interrupted_item_is_removed_and_built_anew(own_cache):
    path = own_cache / "item" / "1"

    def interrupted(path):
        (path / "half").write_text("")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.provide(path, interrupted, "building")
    cache.provide(path, build, "building")
    assert not (path / "half").exists()
    assert (path / "product").read_text() == "built"


def test_the_second_start_says_that_it_waits_and_then_finds_the_item_built(own_cache):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from setup import cache\n"
        "def build(path):\n"
        "    print('holding', flush=True)\n"
        "    sys.stdin.readline()\n"
        "cache.provide(cache.root() / 'item' / '1', build, 'making it')\n"
    )
    words = [sys.executable, "-B", "-c", script, str(cache.REPOSITORY / "bin")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as first:
        told = [first.stdout.readline(), first.stdout.readline()]
        with subprocess.Popen(words, **pipes) as second:
            waiting = second.stdout.readline()
            first.communicate("\n", timeout=30)
            rest = second.communicate(timeout=30)[0]
    assert told[1] == "holding\n"
    assert "waiting for it" in waiting
    assert rest == ""


def test_a_stamp_changes_with_each_part():
    assert cache.stamp("a", "b") != cache.stamp("ab") != cache.stamp("a", "c")


def test_a_folder_that_cannot_be_written_is_told_with_the_variable(own_cache):
    own_cache.write_text("a file where the cache should be")
    with pytest.raises(errors.SetupError, match="CRM_WORKFLOW_CACHE"):
        cache.folder("odoo")


def test_the_addon_has_its_name_whatever_the_repository_is_called():
    link = command.link() / "crm_workflow"
    assert link.resolve() == cache.REPOSITORY
    link.unlink()
    link.symlink_to("/nowhere")
    assert (command.link() / "crm_workflow").resolve() == cache.REPOSITORY
