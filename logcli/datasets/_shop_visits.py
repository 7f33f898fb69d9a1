"""What visitors of the shop make its services say: flows that share a trace id across the logs."""

from __future__ import annotations

from logcli.datasets._shop_steps import Flow, Step, checkout, inventory, orders, payments, web

_USER = '"user_id":<user>'
_HOME = "https://shop.example/"
_JAVA = "\n\tat com.example.shop."
_TIMEOUT = (
    f"\ncom.example.shop.orders.ChargeException: no answer for order <order>"
    f"{_JAVA}orders.ChargeClient.charge(ChargeClient.java:87)"
    f"{_JAVA}orders.OrderService.place(OrderService.java:142)"
    f"{_JAVA}orders.OrderController.create(OrderController.java:58)"
    "\n\tat java.base/java.lang.Thread.run(Thread.java:1583)"
    "\nCaused by: java.net.SocketTimeoutException: Read timed out after <timeout_ms> ms"
    "\n\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)"
    f"{_JAVA}http.PooledClient.execute(PooledClient.java:203)"
    "\n\t... 3 more"
)
_NO_ADDRESS = (
    '\njava.lang.NullPointerException: Cannot invoke "Address.country()" because "address" is null'
    f"{_JAVA}returns.LabelPrinter.print(LabelPrinter.java:41)"
    f"{_JAVA}returns.ReturnController.create(ReturnController.java:77)"
    "\n\t... 31 common frames omitted"
)
_OPEN_CART = (
    checkout(5, "cart/store.go:41", "cart <cart> loaded with <items> items", _USER, "debug"),
    checkout(9, "price/quote.go:118", "price quote computed in <quote_ms> ms", '"items":<items>', chance=0.6),
)
STORED = orders(15, "c.e.shop.orders.OrderRepository", "Order <order> stored in <store_ms> ms")
_TO_PAYMENT: tuple[Step, ...] = (
    *_OPEN_CART,
    checkout(8, "flow/start.go:63", "checkout of order <order> started by user <user>", '"amount":<amount>'),
    orders(20, "c.e.shop.orders.OrderService", "Order <order> received with <items> items"),
    inventory(12, "inventory.stock stock.py:131", "Reserved <items> x <sku> for order <order>"),
    STORED,
    payments(12, "charge.go:52", "charge created", "order=<order> amount=<amount> currency=<currency>"),
    payments(4, "fraud.go:29", "fraud score <score> for order <order>", chance=0.5),
)
FAILING: tuple[Step, ...] = (
    payments(
        20,
        "gateway.go:112",
        "gateway <gateway> did not answer within <timeout_ms> ms",
        "order=<order>",
        "error",
        wait=5_000,
    ),
    payments(3, "retry.go:40", "retrying charge <charge> in <backoff> ms", level="warn", chance=0.5),
    orders(9, "c.e.shop.orders.OrderService", "Could not charge order <order>", "ERROR", _TIMEOUT),
    checkout(
        10,
        "flow/pay.go:97",
        "payment gateway timeout for order <order> after <timeout_ms> ms (attempt <attempt> of 3)",
        '"gateway":"<gateway>"',
        "error",
    ),
    web(2, "POST /checkout", 502, _HOME + "cart"),
)
FAILED_PURCHASE = Flow("failed_purchase", 1, _TO_PAYMENT + FAILING)
OLD_CART = Flow(
    "old_cart",
    0,
    (
        checkout(
            0,
            "cart/legacy.go:22",
            "cart <cart> has legacy format v<attempt>, prices recomputed",
            _USER,
            "warn",
        ),
    ),
)

PURCHASE = Flow(
    "purchase",
    9,
    (
        *_TO_PAYMENT,
        payments(3, "gateway.go:77", "calling <gateway> for order <order>", level="debug"),
        payments(6, "challenge.go:18", "3-D Secure challenge sent to card ending <last4>", chance=0.3),
        payments(
            300, "charge.go:88", "charge <charge> accepted by <gateway>", "order=<order> took_ms=<auth_ms>"
        ),
        checkout(8, "flow/pay.go:71", "payment authorised for order <order> in <auth_ms> ms"),
        orders(10, "c.e.shop.orders.StateMachine", "Order <order> moved from PLACED to PAID"),
        orders(
            6, "c.e.shop.events.Publisher", "Published OrderPaid for <order> to <topic>-<partition>@<offset>"
        ),
        orders(
            40, "c.e.shop.invoices.Writer", "Invoice written to /var/invoices/2026/<invoice>.pdf", chance=0.5
        ),
        checkout(20, "flow/done.go:44", "order <order> confirmed, mail sent to <mail>", _USER),
        web(2, "POST /checkout", 303, _HOME + "cart"),
        web(50, "GET /orders/<order>", referer=_HOME + "checkout"),
    ),
)

VISITS: tuple[Flow, ...] = (
    Flow(
        "browse",
        20,
        (
            web(0, "GET /", referer="https://search.example/"),
            web(60, "GET /static/<asset>", referer=_HOME, chance=0.5),
            web(40, "GET /static/<asset.2>", 304, _HOME, chance=0.2),
            web(4_000, "GET /category/<category>", referer=_HOME),
            web(6_000, "GET /category/<category>?page=<page>", referer=_HOME, chance=0.3),
            web(7_000, "GET /product/<sku>", referer=_HOME, chance=0.8),
        ),
    ),
    Flow(
        "search",
        14,
        (
            web(0, "GET /search?q=<query>", referer=_HOME),
            web(5_000, "GET /product/<sku>", referer=_HOME + "search", chance=0.6),
            checkout(
                8, "stock/client.go:33", "stock check for <sku>: <stock> left", level="debug", chance=0.5
            ),
        ),
    ),
    Flow(
        "sign_in",
        8,
        (
            web(0, "POST /login", 302, _HOME + "login"),
            checkout(12, "session/open.go:28", "session opened for user <user> from <address>"),
            checkout(
                30,
                "session/open.go:51",
                'welcome mail to <mail> skipped: "newsletter" is off',
                level="debug",
                chance=0.2,
            ),
        ),
    ),
    Flow("wrong_password", 1.5, (web(0, "POST /login", 401, _HOME + "login"),)),
    Flow(
        "fill_cart",
        18,
        (
            web(0, "POST /cart/items", 201, _HOME + "product/<sku>"),
            *_OPEN_CART,
            checkout(4, "cart/store.go:77", "added <items.2> x <sku> to cart <cart>", _USER),
            checkout(9_000, "cart/store.go:92", "removed <sku> from cart <cart>", _USER, chance=0.15),
            web(15, "GET /cart", referer=_HOME),
        ),
    ),
    Flow(
        "coupon",
        4,
        (
            checkout(0, "price/coupon.go:36", 'coupon "<coupon>" applied: <percent>% off', _USER, chance=0.7),
            checkout(
                6, "price/coupon.go:58", 'coupon "<coupon.2>" rejected: <reason>', _USER, "warn", chance=0.3
            ),
        ),
    ),
    PURCHASE,
    Flow(
        "declined",
        1.2,
        (
            *_TO_PAYMENT,
            payments(
                280,
                "charge.go:104",
                "charge <charge> declined by <gateway>: <decline>",
                "code=<code>",
                "warn",
            ),
            checkout(8, "flow/pay.go:83", "payment declined for order <order>: <decline>", _USER, "warn"),
            orders(5, "c.e.shop.orders.StateMachine", "Order <order> moved from PLACED to DECLINED"),
            web(2, "POST /checkout", 303, _HOME + "cart"),
            inventory(30, "inventory.stock stock.py:164", "Released reservation of order <order>"),
        ),
    ),
    Flow(
        "blocked",
        0.4,
        (
            payments(0, "fraud.go:44", 'card ending <last4> blocked by rule "<rule>"', "user=<user>", "warn"),
            checkout(9, "flow/start.go:88", "checkout refused for user <user>", '"rule":"<rule>"', "warn"),
        ),
    ),
    Flow(
        "abandoned",
        2.5,
        (checkout(0, "flow/sweep.go:19", "checkout abandoned after <minutes> min", '"cart_id":"<cart>"'),),
    ),
    Flow(
        "bad_address",
        0.8,
        (
            checkout(
                0,
                "address/check.go:57",
                "invalid postal code <postcode> for country <country>",
                _USER,
                "warn",
            ),
        ),
    ),
    Flow(
        "ship",
        4,
        (
            orders(0, "c.e.shop.orders.StateMachine", "Order <order> moved from PAID to <state>"),
            orders(
                25,
                "c.e.shop.shipping.Desk",
                "Parcel <parcel> of order <order> handed to <carrier> in <warehouse>",
                chance=0.7,
            ),
            orders(60, "c.e.shop.mail.Outbox", "Shipping note sent to <mail>", chance=0.6),
        ),
    ),
    Flow(
        "return",
        1,
        (
            web(0, "POST /orders/<order>/return", 202, _HOME + "orders"),
            orders(20, "c.e.shop.returns.Desk", 'Customer "<person>" returns <sku> of order <order>'),
            payments(
                400,
                "refund.go:61",
                "refund <refund> of <amount> <currency> issued",
                "order=<order>",
                chance=0.8,
            ),
        ),
    ),
    Flow(
        "broken_return",
        0.15,
        (
            web(0, "POST /orders/<order>/return", 500, _HOME + "orders"),
            orders(
                2,
                "c.e.shop.web.ErrorHandler",
                "Unhandled exception for POST /orders/<order>/return",
                "ERROR",
                _NO_ADDRESS,
            ),
        ),
    ),
    Flow(
        "webhook",
        4,
        (
            web(0, "POST /api/payments/webhook/<gateway>", 204, agent="<gateway>-webhooks/2.0"),
            payments(7, "webhook.go:39", "webhook <event> received from <gateway>", "charge=<charge>"),
            payments(1, "webhook.go:48", "webhook signature mismatch from <address>", "", "warn", 0.02),
        ),
    ),
    Flow("lost", 1.5, (web(0, "GET /product/<sku>", 404, "https://blog.example/"),)),
    Flow("probe", 1, (web(0, "GET /<probe>", 404),)),
)
