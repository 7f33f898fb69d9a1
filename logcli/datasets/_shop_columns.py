"""The values in the shop's messages: a column of draws for each name that a statement may use."""

from __future__ import annotations

import numpy as np

from logcli.datasets._shop_draws import Array, Column, Draws, Longs, about, coded, hexes, one_of, texts, whole

_AGENTS = (
    "ShopApp/4.12 (Android 15)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0",
    "ShopApp/4.11 (iOS 18.1)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
    "curl/8.9.1",
)
# Addresses and domains are those set aside for documentation (RFC 5737, RFC 2606): nobody's.
_NETS = ("203.0.113.%d", "198.51.100.%d", "192.0.2.%d")
_GOODS = "SOCKS RAIN TENT MUG LAMP ROPE STOVE PAN MAP KNIFE"
_PEOPLE = (
    "anna.novak ben.okafor chloe.dubois elif.kaya greta.berg hugo.silva kaori.tanaka liam.obrien noor.haddad"
)
_NAMES = "Anna Novak,Ben Okafor,Chloé Dubois,Elif Kaya,Greta Müller,Hugo Silva,Liam O'Brien,Zoë van den Berg"
_REFUSALS = "expired,unknown code,minimum order value not reached,already used by this customer"
_DECLINES = "insufficient funds,expired card,do not honor,card reported lost,3-D Secure failed"
_QUERIES = "wool+socks tent head+lamp camping+stove+gas 30m+rope red+mug map%20alps"
_ASSETS = "app.3f9c1d.js main.77ab02.css logo.svg fonts/inter.woff2 chunk-vendors.b91e.js hero@2x.webp"
_PROBES = "wp-login.php .env phpmyadmin/index.php .git/config cgi-bin/luci actuator/env"


def _mail(draws: Draws, n: int) -> Array:
    who, where = one_of(_PEOPLE.split()), one_of(("example.com", "example.org", "mail.example"))
    return texts("%s%d@%s", who(draws, n), draws.between(1, 99, n), where(draws, n))


def _money(median: float) -> Column:
    return lambda draws, n: texts("%d.%02d", draws.around(median, n), draws.between(0, 99, n))


def _article(draws: Draws, n: int) -> Array:
    kind = one_of(_GOODS.split())
    return texts("%s-%03d", kind(draws, n), 100 + draws.favoured(60, n))


def _uuid(draws: Draws, n: int) -> Array:
    parts = [draws.between(0, 16**digits - 1, n) for digits in (8, 4, 3, 3, 12)]
    return texts("%08x-%04x-4%03x-a%03x-%012x", *parts)


def _regular(draws: Draws, n: int) -> Array:
    """User numbers: a few regular customers, many who come once."""
    return 10_000 + draws.favoured(80_000, n)


def _spread(form: str, low: int, high: int) -> Column:
    """Texts of a number, the low ones more often than the high."""
    return lambda draws, n: texts(form, low + draws.favoured(high - low + 1, n))


def _fingerprint(draws: Draws, n: int) -> Array:
    return texts("SHA256:%s", draws.hexes(32, n))


COLUMNS: dict[str, Column] = {
    "address": one_of([net % host for host in range(1, 255) for net in _NETS]),
    "agent": one_of(_AGENTS),
    "amount": _money(38),
    "asset": one_of(_ASSETS.split()),
    "attempt": whole(1, 3),
    "auth_ms": about(310),
    "backoff": one_of(("200", "400", "800", "1600")),
    "batch": coded("B-%06d", 1, 999_999),
    "blocked_port": one_of(("23", "445", "3389", "8088", "5060", "6379")),
    "carrier": one_of(("DHL", "UPS", "PostNL", "GLS", "DPD Express")),
    "cart": hexes(16),
    "category": one_of(["shoes", "tents", "cooking", "lights", "climbing", "outlet", "gift-cards"]),
    "charge": coded("ch_%010x", 0, 16**10 - 1),
    "code": one_of(("05", "51", "54", "14", "65")),
    "command": one_of(
        (
            "/usr/local/bin/rotate-carts --older 30d",
            "/usr/bin/certbot -q renew",
            "test -x /usr/sbin/anacron || run-parts",
        )
    ),
    "commit": coded("%07x", 0, 16**7 - 1),
    "count": about(24),
    "country": one_of(["DE", "NL", "FR", "BE", "AT", "ES", "IT", "PL"]),
    "coupon": one_of(["WELCOME10", "SPRING", "FREESHIP", "VIP-25", "OUTLET5"]),
    "currency": one_of(("EUR", "EUR", "PLN", "CHF", "GBP")),
    "decline": one_of(_DECLINES.split(",")),
    "device": one_of(("sda1", "nvme0n1p2", "dm-0")),
    "entries": about(4_200),
    "event": one_of(["payment.captured", "payment.failed", "refund.created", "dispute.opened"]),
    "feed": one_of(["/srv/feeds/nordwool.csv", "/srv/feeds/alpina_2.xml", "/srv/feeds/kettle-co.csv"]),
    "fingerprint": _fingerprint,
    "gateway": one_of(("stripe", "adyen", "paypal")),
    "guess": one_of(["admin", "oracle", "test", "ubuntu", "postgres", "git", "deploy", "pi"]),
    "idle": whole(2, 18),
    "inode": whole(131_072, 9_999_999),
    "invoice": coded("INV-2026-%06d", 1, 999_999),
    "items": _spread("%d", 1, 9),
    "job": _uuid,
    "last4": coded("%04d", 0, 9_999),
    "login": one_of(("deploy", "root", "ops", "backup")),
    "mail": _mail,
    "minutes": about(22),
    "offset": whole(1_000_000, 99_999_999),
    "order": coded("SO-%07d", 1_000_000, 9_999_999),
    "page": _spread("%d", 2, 30),
    "parcel": coded("JD%012d", 0, 10**12 - 1),
    "partition": whole(0, 11),
    "pause_ms": about(26),
    "percent": one_of(("10", "5", "15", "25")),
    "person": one_of(_NAMES.split(",")),
    "pid": whole(700, 65_000),
    "port": whole(32_768, 60_999),
    "postcode": coded("%05d", 0, 99_999),
    "probe": one_of(_PROBES.split()),
    "query": one_of(_QUERIES.split()),
    "quote_ms": about(14),
    "reason": one_of(_REFUSALS.split(",")),
    "refund": coded("re_%010x", 0, 16**10 - 1),
    "rule": one_of(("velocity-3", "country mismatch", "stolen card list")),
    "score": coded("0.%02d", 0, 99),
    "size": about(5_400),
    "sku": _article,
    "slow_ms": lambda draws, n: 1_000 + draws.around(900, n),
    "small": about(310),
    "span": hexes(16),
    "state": one_of(("PACKED", "SHIPPED", "ON_HOLD")),
    "stock": about(30),
    "store_ms": about(18),
    "thread": _spread("nio-8080-exec-%d", 1, 20),
    "timeout_ms": whole(5_000, 5_060),
    "topic": one_of(("shop.orders.v1", "shop.payments.v1", "shop.stock.v2")),
    "trace": hexes(32),
    "unit": one_of(("nginx.service", "checkout.service", "inventory-sync.timer", "apt-daily.service")),
    "user": _regular,
    "version": coded("2.%d.0", 14, 39),
    "wait_s": coded("%d.4", 1, 40),
    "warehouse": one_of(("AMS-1", "WRO-2", "LYS-1")),
    "worker": whole(1, 4),
}


class Columns:
    """The values of some flows that run side by side: a name means the same value all along a flow.

    `<order>` is one value in every statement of the flow; `<order.2>` is another draw of its kind.
    Columns are drawn when first asked for, each from a stream of its own.
    """

    def __init__(self, size: int, *key: object) -> None:
        self.size = size
        self._key = key
        self._drawn: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._drawn:
            draw = COLUMNS[name.partition(".")[0]]
            self._drawn[name] = draw(Draws(*self._key, name), self.size)
        return self._drawn[name]

    def chosen(self, name: str, chance: float) -> Longs:
        """Indices of the flows that take a step which only some of them take."""
        if chance >= 1:
            return np.arange(self.size)
        return np.flatnonzero(Draws(*self._key, name, "chance").unit(self.size) < chance)
