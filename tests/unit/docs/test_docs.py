"""The docs keep step with the code: every command and every setting is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from matchmaker.settings import settings_in_force
from models.channels.registry import all_channels
from pipelines.cli import app

ROOT = Path(__file__).resolve().parents[3]
DOCS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
)


def commands() -> list[str]:
    root = typer.main.get_command(app)
    names = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        names += [f"{name} {sub}" for sub in inner] or [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command):
    group, _, name = command.partition(" ")
    assert f"matchmaker {group}" in DOCS
    assert not name or re.search(rf"matchmaker {group} {name}\b", DOCS)


@pytest.mark.parametrize("name", [setting.name for setting in settings_in_force({})])
def test_every_setting_is_documented(name):
    assert f"| `{name}` |" in (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_no_setting_is_documented_that_does_not_exist():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE))
    assert documented == {setting.name for setting in settings_in_force({})}


CHANNEL_ROWS = {
    name: (family, module)
    for name, family, module in re.findall(
        r"^\| `(\w+)` \| (\w+) \| .* \| `(\w+)\.py` \|$",
        (ROOT / "docs/model.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}


@pytest.mark.parametrize("channel", all_channels(), ids=lambda channel: channel.name)
def test_every_channel_is_documented_with_its_family_and_module(channel):
    module = type(channel).__module__.rpartition(".")[2]
    assert CHANNEL_ROWS.get(channel.name) == (channel.family.value, module)


def test_no_channel_is_documented_that_does_not_exist():
    assert set(CHANNEL_ROWS) == {channel.name for channel in all_channels()}


@pytest.mark.parametrize(
    "target", re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
)
def test_every_make_target_is_phony_or_a_file(target):
    """A target without a file of its own that is not declared would stop working one day."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert target in phony[1].split()


def test_links_between_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if not link.startswith("http"):
                assert (path.parent / link).exists(), f"{path.name}: {link}"
