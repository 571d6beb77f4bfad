"""What the account answers, as values. A rule about a reply lives in it: ``Text`` refuses one byte too many."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import ReplyTooLong

# Text above about 2048 bytes of UTF-8 is dropped without an error (field reports); keep clear of it.
TEXT_LIMIT_BYTES = 2000
# A passive answer to a message may hold one article since 2018-10-12 (official).
NEWS_LIMIT_ARTICLES = 1


@dataclass(frozen=True, slots=True)
class Text:
    content: str

    def __post_init__(self) -> None:
        if len(self.content.encode(errors="surrogatepass")) > TEXT_LIMIT_BYTES:
            raise ReplyTooLong(f"文字超过 {TEXT_LIMIT_BYTES} 字节，微信会直接丢弃；请先分段")


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class News:
    article: Article


@dataclass(frozen=True, slots=True)
class Image:
    """``media_id`` of an uploaded picture; it lives three days."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the conversation to a person in WeChat's customer-service client; ``agent`` names one of them."""

    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """``success``: received, nothing to say."""


Reply = Text | News | Image | Transfer | Silence
