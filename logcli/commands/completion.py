"""Print the code that makes a shell complete commands and options."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from logcli.commands._command import with_examples

JOB = "set up"


@with_examples(
    ('eval "$(logcli completion bash)"', "in ~/.bashrc"),
    ('eval "$(logcli completion zsh)"', "in ~/.zshrc"),
    ("logcli completion fish | source", "in ~/.config/fish/config.fish"),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the code that makes a shell complete commands and options."""
    from click.shell_completion import get_completion_class

    name = Path(sys.argv[0]).stem
    name = name if name == "lgc" else "logcli"
    made = get_completion_class(shell)
    root = click.get_current_context().find_root().command
    assert made is not None
    click.echo(made(root, {}, name, f"_{name.upper()}_COMPLETE").source())
