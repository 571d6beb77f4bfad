"""What WeChat lets an account of each kind do, as the simulator's switch sets it. Source: docs/connect.md."""

from __future__ import annotations

from enum import StrEnum

from bot.account import Account, AccountKind


class Right(StrEnum):
    """One group of API calls that WeChat grants or withholds together."""

    CUSTOMER_SERVICE = "客服消息"
    MENU = "自定义菜单"
    MEDIA = "素材"
    CITIZEN = "用户信息"
    SCENE_CODE = "带参数二维码"
    TEMPLATE = "模板消息"
    SUBSCRIPTION = "订阅通知"


VERIFIED_RIGHTS = frozenset({Right.CUSTOMER_SERVICE, Right.MENU, Right.MEDIA, Right.CITIZEN})
SERVICE_RIGHTS = frozenset({Right.SCENE_CODE, Right.TEMPLATE, Right.SUBSCRIPTION})


class AccountRights(StrEnum):
    """The kinds of account that differ in what they may call; the value is what the page's switch says."""

    UNVERIFIED = "未认证订阅号"
    VERIFIED_SUBSCRIPTION = "认证订阅号"
    VERIFIED_SERVICE = "认证服务号"

    @classmethod
    def of(cls, account: Account) -> AccountRights:
        """An unverified 服务号 may call no more than an unverified 订阅号."""
        if not account.verified:
            return cls.UNVERIFIED
        return cls.VERIFIED_SERVICE if account.kind is AccountKind.SERVICE else cls.VERIFIED_SUBSCRIPTION

    @property
    def granted(self) -> frozenset[Right]:
        match self:
            case AccountRights.UNVERIFIED:
                return frozenset()
            case AccountRights.VERIFIED_SUBSCRIPTION:
                return VERIFIED_RIGHTS
            case AccountRights.VERIFIED_SERVICE:
                return VERIFIED_RIGHTS | SERVICE_RIGHTS
