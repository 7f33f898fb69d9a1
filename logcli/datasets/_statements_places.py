"""Values that say where: addresses, hosts, URLs, paths, devices. All are set aside for documentation."""

from __future__ import annotations

from collections.abc import Sequence

from logcli.datasets import _statements_words as words_of
from logcli.datasets._statements_dice import Dice, Kind, one_of

_NETS = ("203.0.113", "198.51.100", "192.0.2", "192.168.1", "10.0.4", "10.20.30", "172.16.8")
_OCTETS = r"\d{1,3}(?:\.\d{1,3}){3}"
_NAME = r"[\w@][\w.@-]*"


def _ip(dice: Dice, _: Sequence[str] = ()) -> str:
    return f"{dice.often(_NETS)}.{dice.between(1, 254)}"


def _ipv6(dice: Dice, _: Sequence[str] = ()) -> str:
    form = dice.below(3)
    if form == 0:
        return f"fe80::{dice.hexes(4)}:{dice.hexes(2)}ff:fe{dice.hexes(2)}:{dice.hexes(4)}"
    if form == 1:
        return f"2001:db8:{dice.hexes(4)}::{dice.between(1, 99)}"
    return ":".join(["2001:db8", *(dice.hexes(4) for _ in range(6))])


def _port(dice: Dice) -> str:
    if dice.chance(0.5):
        return dice.pick(("80", "443", "8080", "5432", "6379", "9092", "22", "2379"))
    return str(dice.between(32_768, 60_999))


def _host(dice: Dice, _: Sequence[str] = ()) -> str:
    name = dice.pick(words_of.HOSTS)
    return name if dice.chance(0.7) else f"{dice.pick(words_of.NOUNS)}{dice.between(1, 20):02d}"


def _fqdn(dice: Dice, _: Sequence[str] = ()) -> str:
    first = dice.pick(words_of.SUBS) if dice.chance(0.6) else _host(dice)
    return f"{first}.{dice.pick(words_of.DOMAINS)}"


def _mac(dice: Dice, _: Sequence[str]) -> str:
    return ":".join(["02", *(dice.hexes(2) for _ in range(5))])


def _word(dice: Dice) -> str:
    return dice.pick(words_of.NOUNS)


def _file(dice: Dice, _: Sequence[str] = ()) -> str:
    name = dice.pick((_word(dice), f"{_word(dice)}_{_word(dice)}", f"{_word(dice)}-{dice.between(1, 40)}"))
    return f"{name}.{dice.often(words_of.ENDINGS)}"


def _directory(dice: Dice, _: Sequence[str] = ()) -> str:
    place = dice.pick(words_of.DIRECTORIES)
    return place if dice.chance(0.6) else f"{place}/{_word(dice)}"


def _path(dice: Dice, _: Sequence[str] = ()) -> str:
    return f"{_directory(dice)}/{_file(dice)}"


def _windows(dice: Dice, _: Sequence[str]) -> str:
    place = dice.pick((r"C:\Windows\System32", r"C:\ProgramData\Acme", r"C:\Program Files\Acme Suite",
                       r"D:\Data", rf"C:\Users\{dice.pick(words_of.USERS)}\AppData\Local\Temp"))  # fmt: skip
    return rf"{place}\{_word(dice)}.{dice.pick(('dll', 'exe', 'log', 'tmp', 'sys', 'xml'))}"


def _registry_key(dice: Dice, _: Sequence[str]) -> str:
    root = dice.pick(("HKLM", "HKCU", r"\REGISTRY\MACHINE"))
    return rf"{root}\SOFTWARE\{dice.pick(('Microsoft', 'Acme'))}\{_word(dice).title()}\{_word(dice).title()}"


def _share(dice: Dice, _: Sequence[str]) -> str:
    return rf"\\{_host(dice)}\{_word(dice)}$"


def _url_path(dice: Dice, _: Sequence[str] = ()) -> str:
    form = dice.below(5)
    if form == 0:
        return f"/api/v{dice.between(1, 3)}/{_word(dice)}s/{dice.between(1, 99_999)}"
    if form == 1:
        return f"/{_word(dice)}?{_word(dice)}={dice.between(1, 400)}&page={dice.between(1, 20)}"
    if form == 2:
        return f"/static/{_word(dice)}.{dice.hexes(6)}.{dice.pick(('js', 'css', 'png'))}"
    return f"/{_word(dice)}" if form == 3 else f"/{_word(dice)}s/{_word(dice)}/"


def _url(dice: Dice, _: Sequence[str]) -> str:
    port = f":{_port(dice)}" if dice.chance(0.3) else ""
    return f"{dice.often(('https', 'http'))}://{_fqdn(dice)}{port}{_url_path(dice)}"


def _mail(dice: Dice, _: Sequence[str]) -> str:
    return f"{dice.pick(words_of.USERS)}@{dice.pick(words_of.DOMAINS)}"


def _image(dice: Dice, _: Sequence[str]) -> str:
    place = dice.pick(("registry.example.com/shop/", "docker.io/library/", "quay.example:5000/team-a/", ""))
    tag = dice.pick(
        (f":{dice.between(1, 9)}.{dice.between(0, 20)}.{dice.below(10)}", ":latest", f":{dice.hexes(7)}")
    )
    return f"{place}{_word(dice)}-{_word(dice)}{tag}"


def _pci(dice: Dice, _: Sequence[str]) -> str:
    return f"0000:{dice.hexes(2)}:{dice.hexes(2)}.{dice.below(8)}"


def _network(dice: Dice, _: Sequence[str]) -> str:
    return f"{dice.pick(_NETS)}.0/{dice.pick((24, 25, 26, 28))}"


def _source_line(dice: Dice, _: Sequence[str]) -> str:
    return (
        f"{_word(dice)}_{dice.pick(words_of.VERBS)}.{dice.pick(words_of.SOURCES)}:{dice.between(10, 2_400)}"
    )


_PATH = r"(?:/[\w.@-]+)+"
_URL_PATH = r"/[\w./?=&-]*"
_INTERFACES = (
    "eth0",
    "eth1",
    "wlan0",
    "enp3s0",
    "docker0",
    "veth3f2a1c7",
    "bond0",
    "lo",
    "tun0",
    "br-9a1c0d",
)
_CISCO = r"(?:GigabitEthernet|TenGigabitEthernet|FastEthernet|Vlan|Port-channel)\d+(?:/\d+)*"


def _cisco(dice: Dice, _: Sequence[str]) -> str:
    kind = dice.often(("GigabitEthernet", "TenGigabitEthernet", "FastEthernet", "Vlan", "Port-channel"))
    if kind in ("Vlan", "Port-channel"):
        return f"{kind}{dice.between(1, 220)}"
    return f"{kind}{dice.between(0, 3)}/{dice.pick(('0/', ''))}{dice.between(1, 48)}"


def _junos(dice: Dice, _: Sequence[str]) -> str:
    unit = f".{dice.pick((0, 100, 512))}" if dice.chance(0.6) else ""
    return f"{dice.pick(('ge', 'xe', 'et'))}-{dice.below(2)}/{dice.below(3)}/{dice.below(24)}{unit}"


KINDS: dict[str, Kind] = {
    "ip": Kind(_ip, _OCTETS, 40, 0.06),
    "network": Kind(_network, _OCTETS + r"/\d\d", 6, 0.2),
    "ipv6": Kind(_ipv6, r"[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4})+", 20),
    "hostport": Kind(lambda dice, _: f"{_ip(dice)}:{_port(dice)}", _OCTETS + r":\d+", 60, 0.06),
    "ipv6port": Kind(lambda dice, _: f"[{_ipv6(dice)}]:{_port(dice)}", r"\[[0-9a-f:]+\]:\d+", 12, 0.1),
    "namedport": Kind(lambda dice, _: f"{_fqdn(dice)}:{_port(dice)}", _NAME + r":\d+", 12, 0.1),
    "host": Kind(_host, _NAME, 8, 0.12),
    "fqdn": Kind(_fqdn, _NAME, 12, 0.1),
    "domain": Kind(lambda dice, _: dice.pick(words_of.DOMAINS), _NAME, 5, 0.15),
    "mac": Kind(_mac, r"02(?::[0-9a-f]{2}){5}", 15),
    "email": Kind(_mail, r"[\w.-]+@[\w.-]+", 25),
    "url": Kind(_url, r"https?://[\w.-]+(?::\d+)?" + _URL_PATH, 40),
    "urlpath": Kind(_url_path, _URL_PATH, 60, 0.02),
    "path": Kind(_path, _PATH, 40, 0.1),
    "directory": Kind(_directory, _PATH, 15, 0.12),
    "file": Kind(_file, r"[\w-]+\.\w+", 30, 0.08),
    "winpath": Kind(_windows, r"[A-Z]:(?:\\[\w. -]+)+", 30, 0.08),
    "registry_key": Kind(_registry_key, r"[A-Z\\]+(?:\\[\w. -]+)+", 20),
    "share": Kind(_share, r"\\\\[\w.-]+\\\w+\$", 6, 0.15),
    "source_line": Kind(_source_line, r"\w+\.\w+:\d+", 25, 0.08),
    "interface": one_of(*_INTERFACES, steady=0.15),
    "cisco_port": Kind(_cisco, _CISCO, 20, 0.06),
    "junos_port": Kind(_junos, r"[gxe][et]-\d/\d/\d+(?:\.\d+)?", 16, 0.06),
    "device": one_of("sda", "sda1", "nvme0n1", "dm-0", "sdb", "nvme0n1p2", "md127", "loop3", steady=0.15),
    "pci": Kind(_pci, r"0000:[0-9a-f]{2}:[0-9a-f]{2}\.\d", 8, 0.15),
    "image": Kind(_image, r"[\w.:/-]+:[\w.]+", 10, 0.1),
}
