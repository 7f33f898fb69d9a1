"""What the shop's services and its host say without a visitor: timers, jobs, logins, deploys."""

from __future__ import annotations

from logcli.datasets._shop_steps import Flow, checkout, host, inventory, orders, payments, web

_MAIL_TRACE = (
    "\norg.springframework.mail.MailSendException: Mail server connection failed"
    "\n\tat com.example.shop.mail.Outbox.send(Outbox.java:66)"
    "\n\tat com.example.shop.mail.Outbox.drain(Outbox.java:38)"
    "\nCaused by: java.net.ConnectException: Connection refused: mail-1.internal:25"
    "\n\tat java.base/sun.nio.ch.Net.connect0(Native Method)"
    "\n\t... 12 more"
)
_FEED_TRACE = (
    "\nTraceback (most recent call last):"
    '\n  File "/app/inventory/feeds.py", line 88, in load'
    "\n    row = parse(line, number)"
    '\n  File "/app/inventory/rows.py", line 31, in parse'
    "\n    return Row(sku=cells[0], stock=int(cells[4]))"
    "\nValueError: invalid literal for int() with base 10: '<stock>,5'"
)
DEPLOY = Flow(
    "deploy",
    0,
    (
        host(0, "systemd[1]", "Stopping checkout.service - Checkout API..."),
        checkout(40, "cmd/main.go:88", "shutting down: waiting for <worker> requests", traced=False),
        host(400, "systemd[1]", "checkout.service: Deactivated successfully."),
        host(30, "systemd[1]", "Started checkout.service - Checkout API."),
        checkout(700, "cmd/main.go:31", "starting checkout version <version> commit <commit>", traced=False),
        checkout(90, "cmd/main.go:64", "listening on [::]:8080", traced=False),
    ),
)
# Things that happen once: the last resort of a detector is to have read everything else.
ONE_OFFS: tuple[Flow, ...] = (
    Flow(
        "disk_error",
        0,
        (
            host(
                0,
                "kernel",
                "[<.up>] EXT4-fs error (device <device>): ext4_lookup:1855: inode #<inode>: comm postgres: "
                "deleted inode referenced: <inode.2>",
            ),
        ),
    ),
    Flow(
        "wrong_total",
        0,
        (
            orders(
                0,
                "c.e.shop.orders.Auditor",
                "Total of order <order> differs from its items: expected <amount>, found <amount.2>",
                "WARN",
            ),
        ),
    ),
    Flow(
        "double_charge",
        0,
        (
            payments(
                0, "charge.go:131", "charge <charge> captured twice, second capture kept", "order=<order>"
            ),
        ),
    ),
    Flow(
        "clock_jump",
        0,
        (checkout(0, "session/token.go:70", "token of user <user> issued <small> s in the future"),),
    ),
    Flow(
        "lost_shelf", 0, (inventory(0, "inventory.map map.py:19", "Shelf of <sku> unknown in <warehouse>"),)
    ),
    Flow("teapot", 0, (web(0, "BREW /coffee/<worker>", 418),)),
)

TIMERS: tuple[Flow, ...] = (
    Flow(
        "sync",
        0,
        (
            inventory(0, "inventory.sync sync.py:42", "Sync of <warehouse> started by worker <worker>"),
            inventory(
                1_800,
                "inventory.sync sync.py:97",
                "Sync of <warehouse> finished: <count> changed in <wait_s> s",
            ),
            inventory(
                20,
                "inventory.stock stock.py:58",
                "Stock of <sku> is low: <items> left",
                "WARNING",
                chance=0.3,
            ),
        ),
        every=900,
    ),
    Flow(
        "feeds",
        0,
        (
            inventory(0, "inventory.feeds feeds.py:61", "Fetched supplier feed <feed> (<small> KB)"),
            inventory(
                90,
                "inventory.feeds feeds.py:93",
                "Supplier feed <feed> unreadable",
                "ERROR",
                _FEED_TRACE,
                0.15,
            ),
            inventory(5, "inventory.jobs jobs.py:25", "Job <job> done, next run in <minutes> min"),
        ),
        every=5_400,
    ),
    Flow("cron", 0, (host(0, "CRON[<pid>]", "(<login>) CMD (<command>)"),), every=1_800),
    Flow(
        "rotate",
        0,
        (
            host(0, "systemd[1]", "Starting logrotate.service - Rotate log files..."),
            host(700, "systemd[1]", "Finished logrotate.service - Rotate log files."),
            payments(
                900, "settle.go:77", "settlement batch <batch> closed with <count> charges", traced=False
            ),
        ),
        every=14_400,
    ),
    Flow(
        "pools",
        0,
        (
            payments(
                0, "pool.go:22", "connection pool: <worker> active, <idle> idle", "", "debug", traced=False
            ),
            orders(
                90,
                "com.zaxxer.hikari.pool.HikariPool",
                "HikariPool-1 - Pool stats (total=20, active=<worker>, idle=<idle>, waiting=0)",
                "DEBUG",
                traced=False,
            ),
            checkout(
                30, "cache/refresh.go:30", "cache refreshed: <entries> entries in <pause_ms> ms", traced=False
            ),
        ),
        every=3_600,
    ),
    Flow(
        "archive",
        0,
        (
            orders(0, "c.e.shop.jobs.Archiver", "Archived <count> orders older than 90 days", traced=False),
            orders(
                900, "c.e.shop.mail.Outbox", "Could not send <small> mails", "ERROR", _MAIL_TRACE, 0.2, False
            ),
            orders(
                200,
                "c.e.shop.orders.Locks",
                "Optimistic lock on order <order>, attempt <attempt>",
                "WARN",
                chance=0.5,
                traced=False,
            ),
        ),
        every=7_200,
    ),
)

# With the visitors' flows, by weight: the more traffic, the more of them.
NOISE: tuple[Flow, ...] = (
    Flow(
        "operator",
        1.5,
        (
            host(
                0,
                "sshd[<pid>]",
                "Accepted publickey for <login> from <address> port <port> ssh2: ED25519 <fingerprint>",
            ),
            host(
                30,
                "sshd[<pid>]",
                "pam_unix(sshd:session): session opened for user <login>(uid=1000) by (uid=0)",
            ),
            host(200_000, "sshd[<pid>]", "pam_unix(sshd:session): session closed for user <login>"),
        ),
    ),
    Flow(
        "guesser",
        5,
        (
            host(0, "sshd[<pid>]", "Invalid user <guess> from <address> port <port>", 0.5),
            host(
                900, "sshd[<pid>]", "Failed password for invalid user <guess> from <address> port <port> ssh2"
            ),
            host(
                300,
                "sshd[<pid>]",
                "Connection closed by invalid user <guess> <address> port <port> [preauth]",
                0.5,
            ),
        ),
    ),
    Flow(
        "firewall",
        4,
        (
            host(
                0,
                "kernel",
                "[<.up>] [UFW BLOCK] IN=eth0 OUT= SRC=<address> DST=10.0.0.4 LEN=40 PROTO=TCP "
                "SPT=<port> DPT=<blocked_port>",
            ),
        ),
    ),
    Flow("unit", 1, (host(0, "systemd[1]", "<unit>: Consumed <pause_ms>ms CPU time."),)),
    Flow(
        "flood",
        0.05,
        (host(0, "kernel", "[<.up>] TCP: request_sock_TCP: Possible SYN flooding on port 443."),),
    ),
    Flow("health", 3, (web(0, "GET /health", agent="kube-probe/1.31"),)),
    Flow(
        "slow_rule",
        0.8,
        (
            checkout(
                0,
                "price/rules.go:140",
                'slow pricing rule "<coupon>": <slow_ms> ms',
                '"items":<items>',
                "warn",
            ),
        ),
    ),
)
