"""The package drain3, as people know it (an adapter)"""

from __future__ import annotations

import re
from typing import Any

import drain3
import numpy as np
import numpy.typing as npt
from drain3.drain import LogCluster
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

from logcli.base import Distinct, Parser
from logcli.errors import LogcliError, UsageError
from logcli.templates import SLOT

# The masks of the package's example configuration (`examples/drain3.ini`), name by name.
_EDGE = (r"((?<=[^A-Za-z0-9])|^)", r"((?=[^A-Za-z0-9])|$)")
EXAMPLE_MASKS = (
    ("ID", r"(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))"),
    ("IP", r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})"),
    ("SEQ", r"([0-9a-f]{6,} ?){3,}"),
    ("SEQ", r"([0-9A-F]{4} ?){4,}"),
    ("HEX", r"(0x[a-f0-9A-F]+)"),
    ("NUM", r"([\-\+]?\d+)"),
)
_NAMED = re.compile(r"<:[^>]*:>")


class Drain3(Parser):
    """drain3's TemplateMiner, without persistence.

    Parameters
    ----------
    depth, similarity, children : as in `drain`
    masks : `none`, or `example` for the masks of the package's example configuration

    Complexity: that of `drain`, and several regular expressions per distinct body with masks.
    """

    def __init__(
        self, *, depth: int = 4, similarity: float = 0.4, children: int = 100, masks: str = "none"
    ) -> None:
        self.depth = depth
        self.similarity = similarity
        self.children = children
        self.masks = masks
        self._learnt: Any = None

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """Clusters in order of their first body."""
        miner = self._miner()
        return np.array([miner.add_log_message(body)["cluster_id"] - 1 for body in distinct.bodies], np.int64)

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The cluster that each body fits, -1 for none."""
        miner = self._miner()
        found = [miner.match(body) for body in distinct.bodies]
        return np.array([-1 if cluster is None else cluster.cluster_id - 1 for cluster in found], np.int64)

    def templates(self) -> list[str]:
        """Template of each cluster, named masks as `<*>`."""
        clusters = sorted(self._miner().drain.clusters, key=lambda cluster: cluster.cluster_id)
        return [_NAMED.sub(SLOT, cluster.get_template()) for cluster in clusters]

    def save(self) -> dict[str, Any]:
        """Words of each cluster; not the package's own snapshot, which is pickled."""
        clusters = sorted(self._miner().drain.clusters, key=lambda cluster: cluster.cluster_id)
        return {"clusters": [list(cluster.log_template_tokens) for cluster in clusters]}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved clusters."""
        clusters = state.get("clusters")
        if not isinstance(clusters, list):
            raise LogcliError("the model has no clusters of parser `drain3`")
        drain = self._miner().drain
        for number, words in enumerate(clusters, 1):
            cluster = LogCluster([str(word) for word in words], number)
            drain.id_to_cluster[number] = cluster
            drain.add_seq_to_prefix_tree(drain.root_node, cluster)
        drain.clusters_counter = len(clusters)

    def _miner(self) -> Any:
        if self._learnt is None:
            self._learnt = drain3.TemplateMiner(config=self._config())
        return self._learnt

    def _config(self) -> TemplateMinerConfig:
        if self.masks not in ("none", "example"):
            raise UsageError(f"`masks` of parser `drain3` is `none` or `example`, got `{self.masks}`")
        config = TemplateMinerConfig()
        config.drain_depth = self.depth
        config.drain_sim_th = self.similarity
        config.drain_max_children = self.children
        config.mask_prefix, config.mask_suffix = "<:", ":>"
        if self.masks == "example":
            config.masking_instructions = [
                MaskingInstruction(_EDGE[0] + mask + _EDGE[1], name) for name, mask in EXAMPLE_MASKS
            ]
        return config
