"""The Debian archive is read from the machine's own sources, in both of their formats."""

import pytest
from setup import debian
from setup.errors import SetupError

DEB822 = """\
Types: deb
# a comment between the lines
URIs: {address}
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: {address}-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def write(sources, name, text):
    (sources / name).write_text(text)


def test_a_deb822_source_gives_address_and_key(sources):
    write(sources, "sources.list.d/debian.sources", DEB822.format(address="http://mirror/debian"))
    expected = ("http://mirror/debian", "[signed-by=/usr/share/keyrings/archive.gpg]")
    assert debian.archive(sources) == expected


def test_a_one_line_source_gives_address_and_options(sources):
    write(sources, "sources.list", "# old\ndeb [arch=amd64] http://mirror/debian/ bookworm main\n")
    assert debian.archive(sources) == ("http://mirror/debian", "[arch=amd64]")


def test_the_archive_of_another_project_is_passed_over(sources):
    text = "deb http://other/tool stable main\ndeb http://other/cloud cloud-bookworm main\n"
    write(sources, "sources.list", text)
    write(sources, "sources.list.d/z.list", "deb http://mirror/debian bookworm main contrib\n")
    assert debian.archive(sources)[0] == "http://mirror/debian"


def test_a_disabled_source_and_a_disc_do_not_count(sources):
    text = "Enabled: no\n" + DEB822.format(address="http://mirror/debian").split("\n\n")[0]
    write(sources, "sources.list.d/debian.sources", text)
    write(sources, "sources.list", "deb cdrom:[Debian 12]/ bookworm main\n")
    with pytest.raises(SetupError, match="No Debian archive"):
        debian.archive(sources)


def test_without_root_and_sudo_the_error_tells_the_command_for_an_administrator(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("setup.shell.found", lambda program: False)
    with pytest.raises(SetupError, match="apt-get install postgresql"):
        debian.install("postgresql")


def test_no_network_is_told_as_such(tmp_path, monkeypatch):
    apt_get = tmp_path / "apt-get"
    apt_get.write_text("#!/bin/sh\necho Could not resolve the host; exit 100\n")
    apt_get.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(debian, "archive", lambda: ("http://mirror/debian", ""))
    with pytest.raises(SetupError, match="(?s)Could not resolve.*network, proxy"):
        debian.Private(("sid",))
