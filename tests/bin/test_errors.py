"""What stands in the way is told with its cure, and without a traceback."""

import socket

import pytest
from setup import cache, errors, odoo_source, ports, postgres, shell


def test_a_taken_port_names_another_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(errors.SetupError, match=f"Port {number}.*(?s:.*)--port {number + 1}"):
            ports.check(number)


def test_an_odoo_path_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(errors.SetupError, match="no odoo/release.py"):
        odoo_source.find()


@pytest.mark.parametrize("version", ["(18, 0, 0, FINAL, 0, '')", "('saas~17', 4, 0, FINAL, 0, '')"])
def test_another_series_of_odoo_is_refused(tmp_path, monkeypatch, version):
    checkout(tmp_path, version)
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(errors.SetupError, match="needs Odoo 19"):
        odoo_source.find()


def test_a_checkout_has_two_folders_of_addons_and_a_package_one(tmp_path):
    checkout(tmp_path, "(19, 0, 0, FINAL, 0, '')")
    bundled = tmp_path / "odoo/addons"
    assert odoo_source.inspect(tmp_path).addons == (tmp_path / "addons", bundled)
    (bundled / "web").mkdir(parents=True)
    assert odoo_source.inspect(tmp_path / "odoo").addons == (bundled,)


def checkout(folder, version):
    (folder / "odoo").mkdir()
    (folder / "odoo/release.py").write_text(f"FINAL = 'final'\nversion_info = {version}\n")


@pytest.mark.parametrize(("number", "accepted"), [("120022", False), ("130000", True)])
def test_a_postgresql_before_13_is_refused(tmp_path, monkeypatch, number, accepted):
    psql = tmp_path / "psql"
    psql.write_text(f"#!/bin/sh\necho {number}\n")
    psql.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PGHOST", "database.example")
    if accepted:
        with postgres.running() as server:
            assert not server.private
    else:
        with pytest.raises(errors.SetupError, match="version 12"), postgres.running():
            pass


def test_a_full_disk_is_told_as_such():
    with pytest.raises(errors.SetupError, match="is full"):
        shell.run(["sh", "-c", "echo No space left on device; exit 1"], "cure")


def test_a_failing_program_shows_its_last_words_and_the_cure():
    with pytest.raises(errors.SetupError, match="(?s)oh dear.*do this"):
        shell.run(["sh", "-c", "echo oh dear; exit 3"], "do this")


def test_a_command_prints_the_cure_and_no_traceback(capsys):
    def main():
        raise errors.SetupError("It is broken.", "Mend it.")

    assert errors.guarded(main) == 1
    assert capsys.readouterr().err == "\nerror: It is broken.\n  What to do: Mend it.\n"


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (cache.REPOSITORY / "package-lock.json").read_text()
