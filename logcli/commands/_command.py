"""What every command looks like: examples first, options by purpose, help that fits 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from logcli import config, registry
from logcli.errors import UsageError

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

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if {param.name for param in self.params} & set(config.KEYS):
            extra["default_map"] = {key: setting.value for key, setting in config.load().items()}
        return super().make_context(info_name, args, parent, **extra)

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
        super().__init__(*args, no_args_is_help=not default, **settings)
        self.default = default

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else "-"
        if self.default and first.startswith("-") and first not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known:
            raise self.unknown(ctx, args[0], registry.nearest(args[0].lower(), known))
        return super().resolve_command(ctx, args)

    def unknown(self, ctx: click.Context, word: str, near: str) -> UsageError:
        """What to say about a word that is no command; `near` is a hint or empty."""
        return UsageError(
            f"no command called `{word}`", hint=near or f"`{ctx.command_path} --help` lists the commands"
        )


def _debug() -> Option:
    """`--debug` is looked for by the main program itself; here it is only allowed everywhere."""
    return Option(["--debug"], is_flag=True, expose_value=False, hidden=True, help="Show tracebacks.")


def with_examples(*examples: Example, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command with these examples."""
    return click.command(cls=Command, examples=examples, **settings)
