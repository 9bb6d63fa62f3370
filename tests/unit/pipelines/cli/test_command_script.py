"""The installed script finds this project's packages, whatever lies beside it."""

import subprocess
import sys


def test_a_module_beside_the_script_is_not_taken_for_a_package_of_the_project(tmp_path):
    """python-sat installs `models.py` into the folder of scripts."""
    (tmp_path / "models.py").write_text("raise SystemExit('the wrong models')\n")
    script = tmp_path / "matchmaker"
    script.write_text("from pipelines.command import main\nmain()\n")
    done = subprocess.run(
        [sys.executable, str(script), "snapshots", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "snapshots" in done.stdout
