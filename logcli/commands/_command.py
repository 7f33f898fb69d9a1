"""What every command looks like: examples first, options by purpose, help that fits 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

# Order of the option sections in a command's help.
SECTIONS = ("Input", "Records to keep", "Templates", "Output", "Manners", "Options")
_WIDTH = 80

Example = tuple[str, str]


class Option(click.Option):
    """An option that knows its section of the help."""

    def __init__(self, *args: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.section = section

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Nothing: the help says what matters of ranges and defaults."""
        return {}


class Command(click.Command):
    """A command whose help begins with examples: command lines with what they give."""

    def __init__(self, *args: Any, examples: Sequence[Example] = (), **settings: Any) -> None:
        settings["context_settings"] = {
            "help_option_names": ["-h", "--help"],
            "max_content_width": _WIDTH,
            **settings.get("context_settings", {}),
        }
        super().__init__(*args, **settings)
        self.examples = examples
        self.params.append(_debug())

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_examples(ctx, formatter)
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_examples(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not self.examples:
            return
        with formatter.section("Examples"):
            formatter.write_dl(list(self.examples), col_max=46)
        formatter.write_paragraph()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: dict[str, list[tuple[str, str]]] = {section: [] for section in SECTIONS}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                rows[getattr(param, "section", SECTIONS[-1])].append(record)
        for section, records in rows.items():
            if records:
                with formatter.section(section):
                    formatter.write_dl(records)


class Group(Command, click.Group):
    """A command with commands under it; without one of them it runs its `default`."""

    command_class = Command

    def __init__(self, *args: Any, default: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.default = default
        self.invoke_without_command = bool(default)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        if not ctx._protected_args and not ctx.args and self.default:
            default = self.commands[self.default]
            with default.make_context(self.default, [], parent=ctx) as inner:
                return default.invoke(inner)
        return super().invoke(ctx)


def _debug() -> Option:
    """`--debug` is looked for by the main program itself; here it is only allowed everywhere."""
    return Option(["--debug"], is_flag=True, expose_value=False, hidden=True, help="Show tracebacks.")


def with_examples(*examples: Example, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command with these examples."""
    return click.command(cls=Command, examples=examples, **settings)
