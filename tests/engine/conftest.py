"""Settings of Hypothesis: the same examples in every run, nothing stored, no time limits."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, configuration, settings

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "crm_workflow-hypothesis")
settings.register_profile(
    "engine",
    database=None,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("engine")
