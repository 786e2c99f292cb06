"""The set-up's own tests touch neither the network nor the real cache."""

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Give each test an empty cache, and an environment without the caller's choices."""
    monkeypatch.setenv("CRM_WORKFLOW_CACHE", str(tmp_path / "cache"))
    for name in ("ODOO_PATH", "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"
