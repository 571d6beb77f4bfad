"""What is measured against: the usual pick, FastAPI with wechatpy in safe mode, answering each text with itself.

No dedup, no talk, no search, no record: only what any account in safe mode must do to say anything at all.
"""

from __future__ import annotations

import os

from fastapi import FastAPI, Request, Response
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
crypto = WeChatCrypto(os.environ["ECHO_TOKEN"], os.environ["ECHO_AES_KEY"], os.environ["ECHO_APP_ID"])


@app.post("/wechat/{account}")
async def receive(account: str, request: Request) -> Response:
    query = request.query_params
    timestamp, nonce = query["timestamp"], query["nonce"]
    plain = crypto.decrypt_message(await request.body(), query["msg_signature"], timestamp, nonce)
    message = parse_message(plain)
    reply = create_reply(message.content, message)
    return Response(crypto.encrypt_message(reply.render(), nonce, timestamp), media_type="application/xml")
