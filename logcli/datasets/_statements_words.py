"""Words that the made-up names, paths and texts are made of."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


NOUNS = _words(
    "order stock cart user session invoice report metric cache index queue worker token route image "
    "payment ledger shipment catalog profile search mail upload job event audit config schema tenant "
    "batch feed alert backup export quota policy rate price region node agent gateway billing account"
)
VERBS = _words(
    "load sync fetch update delete create check apply merge flush build send read write resolve "
    "publish parse render validate reload commit expire rotate import compact archive register "
    "dispatch"
)
TRAITS = _words(
    "active stale remote local primary pending shared default legacy internal public daily hourly "
    "fast cold hot raw async temp main"
)
# People are made up and few; most accounts are of services.
USERS = _words(
    "deploy app root www-data postgres backup ci-runner alice bob jdoe svc_report mkovac svc-batch "
    "ops.admin readonly u1042 monitoring grace.t kafka intern7"
)
HOSTS = _words(
    "web-01 db-1 node3 cache02 worker-7 ip-10-0-4-17 edge-fra-2 app-server-12 build04 storage1 gw-a "
    "mail2 srv-prod-003 master-0 cn0142 laptop-k7 printer-2f"
)
DOMAINS = _words(
    "example.com example.org example.net shop.example corp.example internal.test cloud.example mail.example"
)
SUBS = _words("www api cdn auth static db1 registry mirror repo git ns1 smtp metrics s3 vpn portal")
SERVICES = _words(
    "nginx sshd cron docker postgresql redis-server rsyslog chronyd network-manager kubelet snapd "
    "fstrim logrotate apt-daily systemd-resolved getty@tty1 user@1000 snap.lxd.daemon certbot"
)
DIRECTORIES = _words(
    "/var/lib/app /srv/data /etc/ssl /home/deploy /usr/share/doc /opt/acme/etc /var/log/nginx /tmp "
    "/mnt/nfs-01/backup /var/cache/apt /usr/local/lib/python3.12/site-packages /data/db "
    "/run/user/1000"
)
ENDINGS = _words("conf log json yaml txt csv tmp db sock gz py xml html js png sql pid bak parquet 1")
SOURCES = _words("c cc cpp go java py rs js ts h rb")
TABLES = _words(
    "orders users order_items sessions audit_log stock_levels invoices tenant_quota events_2026_03 "
    "pg_toast_16412 django_migrations tmp_import"
)
COLUMNS = _words("id user_id created_at status email total_cents sku payload version deleted_at region")
TOPICS = _words(
    "orders payments.v1 stock-updates __consumer_offsets user_events clickstream.raw audit "
    "invoices-dlq connect-offsets metrics_5m"
)
PACKAGES = _words(
    "left-pad requests tokio serde-json commons-lang3 lodash numpy guava rand libssl3 jackson-core "
    "express urllib3 hyper pytest-cov logfold @types/node clap typescript zlib1g"
)
MODULES = _words(
    "nvme ext4 xhci_hcd e1000e i915 nf_conntrack kvm_intel usb_storage amdgpu mlx5_core btrfs loop"
)
SYMBOLS = _words(
    "do_sys_open schedule_timeout __alloc_pages_slowpath tcp_v4_rcv blk_mq_run_hw_queue kthread "
    "ext4_writepages do_syscall_64 entry_SYSCALL_64_after_hwframe usb_hcd_submit_urb"
)
EXCEPTIONS = _words(
    "java.io.IOException java.net.ConnectException java.lang.NullPointerException "
    "java.util.concurrent.TimeoutException java.lang.IllegalStateException java.sql.SQLException "
    "org.example.shop.StockException java.nio.file.NoSuchFileException java.lang.OutOfMemoryError"
)
PYTHON_ERRORS = _words(
    "ValueError KeyError TimeoutError ConnectionResetError TypeError OSError ModuleNotFoundError "
    "AttributeError json.JSONDecodeError django.db.utils.OperationalError ZeroDivisionError"
)
SYSTEM_ERRORS = _phrases(
    "Connection refused|No such file or directory|Permission denied|Connection reset by peer|No "
    "space left on device|Operation timed out|Broken pipe|Resource temporarily unavailable|Too many "
    "open files|Host is down|Input/output error|Network is unreachable|Invalid argument"
)
LOWER_ERRORS = _phrases(
    "connection refused|context deadline exceeded|i/o timeout|EOF|no such host|permission denied|"
    "unexpected end of stream|broken pipe|resource not found|tls: bad certificate|too many requests|"
    "file already closed|use of closed network connection|already exists|not enough quorum members"
)
PHRASES = _phrases(
    "waiting for the next window|disk is almost full|Fix typo in the handbook|unknown reason|"
    "maintenance|the value is out of range|client went away|Nightly import of the price list|no more "
    "retries left|Update dependencies|manual stop|user asked for it|checksum does not match|quota "
    "reached|idle|Add retry to the mail sender|not in the list of allowed names|shutdown|Merge the "
    "two upload paths|certificate has expired|low memory|unsupported operation|license limit|missing "
    "field in the header"
)
AGENTS = _phrases(
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0|curl/8.9.1|Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 "
    "Firefox/133.0|kube-probe/1.31|Go-http-client/2.0|python-requests/2.32.3|Prometheus/2.55.0|"
    "okhttp/4.12.0|-"
)
COMMANDS = _phrases(
    "/usr/bin/apt-get update|/bin/systemctl restart nginx|/usr/local/bin/backup.sh --full -o "
    "/mnt/backup|run-parts --report /etc/cron.hourly|/usr/bin/python3 /srv/app/manage.py "
    "clearsessions|/bin/bash|test -x /usr/sbin/anacron|/usr/sbin/logrotate /etc/logrotate.conf|rsync "
    "-a --delete /data/ backup:/data|tail -n 100 /var/log/syslog|make -j8 all|docker compose up -d|"
    "cp -r build dist"
)
SIGNALS = _words("SIGTERM SIGKILL SIGSEGV SIGABRT SIGINT SIGHUP SIGPIPE")
