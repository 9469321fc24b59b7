"""What the tests of the doors say: a target, an order."""

from urllib.parse import urlsplit

from tocsin.core.orders import Do, Order
from tocsin.core.outgoing import Address, Target, TargetKind


def target_of(kind, url, *, secret_env="TOCSIN_ESSAI", user="", ca_file="", **settings):
    parts = urlsplit(url)
    return Target(
        id=f"essai-{kind}",
        kind=TargetKind(kind),
        address=Address(
            url=url,
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or 0,
            path=parts.path,
        ),
        ca_file=ca_file,
        user=user,
        secret_env=secret_env,
        services=(),
        settings=tuple(settings.items()),
    )


def order_of(do, *, account="d.un", **more):
    return Order(key="0123abcd" * 4, target="essai", do=Do(do), account=account, **more)
