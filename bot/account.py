"""One official account: who it is and what WeChat lets it do. Source of the rights: docs/connect.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How messages are wrapped; the account's configuration decides, never the request."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class AccountKind(StrEnum):
    SERVICE = "service"  # 服务号
    SUBSCRIPTION = "subscription"  # 订阅号


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens and signs for one account. Never printed: every field is kept out of ``repr``."""

    app_secret: str | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    aes_key: str | None = field(default=None, repr=False)
    previous_aes_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """``region`` is a 6-digit area code; ``bureau`` holds the local facts ({{bureau_phone}} …) by name."""

    name: str
    app_id: str
    mode: Mode = Mode.SAFE
    kind: AccountKind = AccountKind.SUBSCRIPTION
    verified: bool = False
    region: str | None = None
    customer_service_transfer: bool = False  # 网页版客服 is switched on in the back office
    template_ids: Mapping[str, str] = field(default_factory=dict)
    bureau: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials = field(default_factory=Credentials, repr=False)

    @property
    def may_push(self) -> bool:
        """Customer-service messages need a verified account of either kind."""
        return self.verified

    @property
    def may_subscribe(self) -> bool:
        """订阅通知, templates, scene QR and OAuth need a verified 服务号."""
        return self.verified and self.kind is AccountKind.SERVICE
