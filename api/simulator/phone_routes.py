"""What a citizen does with the phone, over HTTP from the page. Citizens go by number: no openid in addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request

from api.simulator import commands, outgoing
from api.simulator.delivery import Delivery
from api.simulator.outgoing import Outgoing
from api.simulator.pictures import IMAGE_LIMIT_BYTES, SILENT_VOICE, PictureRefused, picture_type, sample_picture
from api.simulator.plain_route import PlainRoute
from api.simulator.state import Phone, SimulatorState

Done = dict[str, bool]
DONE: Done = {"done": True}


def phone_router(state: SimulatorState, delivery: Delivery) -> APIRouter:
    """Everything that one citizen can do."""
    phones = PhoneRoutes(state, delivery)
    router = APIRouter(prefix="/citizens/{number}", route_class=PlainRoute)
    for address, answer in phones.addresses().items():
        router.add_api_route(address, answer, methods=["POST"])
    return router


class PhoneRoutes:
    """Each method is one request of the page; ``number`` counts citizens from 1."""

    def __init__(self, state: SimulatorState, delivery: Delivery) -> None:
        self._state = state
        self._delivery = delivery
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(delivery.webhook_url))

    def addresses(self) -> Mapping[str, Callable[..., Awaitable[Done]]]:
        return {
            "/text": self.send_text,
            "/sample": self.send_sample,
            "/picture": self.send_picture,
            "/location": self.send_location,
            "/voice": self.send_voice,
            "/menu": self.tap_menu,
            "/follow": self.follow,
            "/unfollow": self.unfollow,
            "/scan": self.scan,
            "/resend": self.resend,
            "/subscribe": self.subscribe,
            "/window/close": self.close_window,
        }

    async def send_text(self, number: int, asked: commands.SendText) -> Done:
        phone = self._following(number)
        bubble = self._state.show(phone, "citizen", "text", {"parts": [{"text": asked.content}]})
        message = outgoing.text(asked.content, asked.menu_id)
        self._delivery.send(phone, message, bubble=bubble, pace_seconds=asked.pace_seconds)
        return DONE

    async def send_sample(self, number: int, asked: commands.SendSample) -> Done:
        return self._send_image(self._following(number), sample_picture(asked.name), "image/png")

    async def send_picture(self, number: int, request: Request) -> Done:
        """The body is the picture itself."""
        phone = self._following(number)
        content = await _bounded_body(request)
        try:
            return self._send_image(phone, content, picture_type(content))
        except PictureRefused as refused:
            raise HTTPException(422, str(refused)) from None

    async def send_location(self, number: int, asked: commands.SendLocation) -> Done:
        phone = self._following(number)
        bubble = self._state.show(phone, "citizen", "location", asked.model_dump())
        message = outgoing.location(asked.latitude, asked.longitude, asked.label)
        self._delivery.send(phone, message, bubble=bubble)
        return DONE

    async def send_voice(self, number: int, asked: commands.SendVoice) -> Done:
        phone = self._following(number)
        medium = self._state.shelf.put("voice", SILENT_VOICE, "voice/amr", now=self._state.clock())
        bubble = self._state.show(phone, "citizen", "voice", {"recognition": asked.recognition})
        self._delivery.send(phone, outgoing.voice(medium.media_id, asked.recognition), bubble=bubble)
        return DONE

    async def tap_menu(self, number: int, asked: commands.TapMenu) -> Done:
        tapped = outgoing.click(asked.value) if asked.kind == "click" else outgoing.view(asked.value)
        self._delivery.send(self._following(number), tapped)
        return DONE

    async def follow(self, number: int, asked: commands.Follow) -> Done:
        phone = self._in_hand(number)
        if phone.following:
            raise HTTPException(409, "已经关注了")
        phone.following, phone.followed_at, phone.scene = True, self._state.clock(), asked.scene or ""
        return self._notice(phone, "已关注公众号", outgoing.follow(asked.scene, self._ticket(asked.scene)))

    async def unfollow(self, number: int) -> Done:
        phone = self._following(number)
        phone.following = False
        phone.window.close()
        phone.subscriptions.clear()
        return self._notice(phone, "已取消关注", outgoing.unfollow())

    async def scan(self, number: int, asked: commands.Scan) -> Done:
        """Who does not follow yet follows by it."""
        phone = self._in_hand(number)
        if not phone.following:
            return await self.follow(number, commands.Follow(scene=asked.scene))
        event = outgoing.scan(asked.scene, self._ticket(asked.scene))
        return self._notice(phone, f"扫了带参数的二维码（{asked.scene}）", event)

    async def resend(self, number: int) -> Done:
        phone = self._in_hand(number)
        exchange = self._state.exchanges.get(phone.last_exchange or 0)
        if exchange is None:
            raise HTTPException(409, "还没有可以重发的消息，请先发一条")
        self._delivery.send_again(phone, exchange)
        return DONE

    async def subscribe(self, number: int, asked: commands.Subscribe) -> Done:
        """One grant pays for one notice; a refusal takes back what was granted."""
        phone = self._following(number)
        template_id = asked.template_id
        name = next((n for n, known in self._state.account.template_ids.items() if known == template_id), None)
        if name is None:
            raise HTTPException(404, "没有这个模板，请刷新页面")
        if asked.choice == "accept":
            phone.subscriptions[template_id] = phone.subscriptions.get(template_id, 0) + 1
            return self._notice(phone, f"同意接收一次“{name}”", outgoing.subscription_answered(template_id, "accept"))
        phone.subscriptions.pop(template_id, None)
        return self._notice(phone, f"不再接收“{name}”", outgoing.subscription_changed(template_id))

    async def close_window(self, number: int) -> Done:
        """As if 48 hours had passed since the citizen last wrote."""
        phone = self._in_hand(number)
        phone.window.close()
        self._state.show(phone, "notice", "notice", {"text": "客服消息窗口已过期（模拟 48 小时之后）"})
        return DONE

    def _in_hand(self, number: int) -> Phone:
        phones = list(self._state.phones.values())
        if not 1 <= number <= len(phones):
            raise HTTPException(404, "没有这位市民，请刷新页面")
        return phones[number - 1]

    def _following(self, number: int) -> Phone:
        phone = self._in_hand(number)
        if not phone.following:
            raise HTTPException(409, "还没有关注公众号，请先关注")
        return phone

    def _send_image(self, phone: Phone, content: bytes, media_type: str) -> Done:
        medium = self._state.shelf.put("image", content, media_type, now=self._state.clock())
        bubble = self._state.show(phone, "citizen", "image", {"media": medium.media_id})
        address = f"{self._origin}/simulator/pictures/{medium.media_id}"
        self._delivery.send(phone, outgoing.image(medium.media_id, address), bubble=bubble)
        return DONE

    def _notice(self, phone: Phone, words: str, event: Outgoing) -> Done:
        self._delivery.send(phone, event, bubble=self._state.show(phone, "notice", "notice", {"text": words}))
        return DONE

    def _ticket(self, scene: str | None) -> str:
        """Of the code the account made; a code nobody made (printed elsewhere) has one too."""
        return next((code.ticket for code in self._state.codes if code.scene == scene), f"gQ_{scene}")


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > IMAGE_LIMIT_BYTES:
            raise HTTPException(413, "图片超过 10 MB，请压缩后再发")
    return bytes(body)
