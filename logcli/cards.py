"""Dataset cards become classes of Dataset: fetched, imported and read as the card says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from logcli import card_file
from logcli.base import Dataset
from logcli.card import Card
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from logcli.base import AnomalyLabels, Labelled, Progress


def dataset_class(name: str, path: Path) -> type[Dataset]:
    """The class of the dataset that a card defines.

    Raises UsageError with file and line for a mistake in the card.
    """
    card = card_file.read(path)
    settings = {
        "__doc__": card.about,
        "name": name,
        "card": card,
        "truths": tuple(card.truths),
        "lines": card.lines,
        "system": card.system,
        "labels": card.labels.per,
    }
    return type(f"{name.title().replace('_', '')}Dataset", (CardDataset,), settings)


class CardDataset(Dataset):
    """A dataset given by a card.

    card : what it says
    """

    card: ClassVar[Card] = Card()

    def bring(
        self, folder: Path, *, accepted: bool = False, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Download what is not in the folder yet, and write the licence beside it."""
        from logcli import fetching

        licence = self.card.licence
        if licence.accept and not accepted and self.missing(folder):
            raise LogcliError(
                f"the licence of `{self.name}` must be accepted first",
                why=f"{licence.name}: {licence.url}",
                hint=f"read it (`logcli datasets show {self.name}`), then add `--accept-licence`",
            )
        return fetching.fetch(self.name, self.card, folder, progress)

    def missing(self, folder: Path) -> list[str]:
        """Files of the card that are not in the folder, packed with gzip or not."""
        from logcli import datafolder

        return [path for path in self.card.files if datafolder.find(folder, path) is None]

    def read(self, folder: Path, truth: str) -> Labelled:
        """The bodies and the true templates of a version of the truth.

        Linear in the size of its file. Raises UsageError for a truth that the card does not have,
        LogcliError for files that are missing or not as the card says.
        """
        from logcli import truths

        if truth not in self.card.truths:
            hint = f"there are: {', '.join(self.truths)}" if self.truths else ""
            raise UsageError(f"dataset `{self.name}` has no truth called `{truth}`", hint=hint)
        return truths.read(self.card.truths[truth], lambda path: self._place(folder, path))

    def read_labels(self, folder: Path) -> AnomalyLabels:
        """Which lines, blocks, ... were anomalous."""
        from logcli import anomaly_labels

        labels = self.card.labels
        if not labels.file:
            return super().read_labels(folder)
        return anomaly_labels.read(labels, self._place(folder, labels.file))

    def masks(self, parser: str) -> tuple[str, ...]:
        """Regular expressions for values that the literature used with a parser on this log."""
        return self.card.masks_of.get(parser, self.card.masks)

    def tuned(self, parser: str) -> dict[str, Any] | None:
        """Parameters of a parser that the literature tuned for this log; None if it never ran it there."""
        known = self.card.tuned.get(parser)
        return None if known is None else dict(known)

    def _place(self, folder: Path, path: str) -> Path:
        from logcli import datafolder

        found = datafolder.find(folder, path)
        if found is None:
            hint = f"`logcli datasets fetch {self.name}`, or `logcli datasets import FOLDER` if you have it"
            raise LogcliError(
                f"`{path}` of the dataset `{self.name}` is missing", where=str(folder), hint=hint
            )
        return found
