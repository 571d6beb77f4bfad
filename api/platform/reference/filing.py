"""Taking in feedback and entries: once per idempotency key, whatever the sender repeats."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, func, insert, select

from api.platform import contract
from api.platform.reference import tables
from api.platform.reference.problems import Problem

ATTACHMENTS_LIMIT_BYTES = 20 * 1024 * 1024  # CONTRACT: 20 MB together
KEY_LENGTHS = range(8, 201)  # the contract's bounds of Idempotency-Key


def file_feedback(engine: Engine, body: bytes, *, key: str, now: datetime) -> tuple[int, dict[str, Any]]:
    """The HTTP status (201 or 200) and the receipt. Raises ``Problem``."""
    fields, print_ = _read(body, "FeedbackSubmission", key)
    with engine.begin() as connection:
        if earlier := _earlier(connection, tables.feedback, key, print_):
            return 200, _receipt(earlier)
        if _by_reference(connection, fields["reference"]) is not None:
            raise Problem(422, "反馈编号已被使用", "同一编号已用另一个 Idempotency-Key 提交过")
        feedback_id = str(uuid.uuid4())
        values = {
            name: fields[name]
            for name in ("reference", "account", "kind", "topic", "region", "text", "contact", "anonymous")
        }
        received = values | {
            "id": feedback_id,
            "key": key,
            "fingerprint": print_,
            "received_at": now,
            "status": "accepted",
        }
        received |= {"submitted_at": contract.moment(fields["submitted_at"]), "sequence": 0}
        connection.execute(insert(tables.feedback).values(received))
        _keep_attachments(connection, feedback_id, fields["attachments"])
        add_history(connection, feedback_id, kind="received", status="accepted", now=now)
    return 201, {"id": feedback_id, "received_at": now.isoformat()}


def file_entry(engine: Engine, reference: str, body: bytes, *, key: str, now: datetime) -> tuple[int, dict[str, Any]]:
    """As ``file_feedback``, for what the citizen adds later."""
    fields, print_ = _read(body, "Entry", key)
    with engine.begin() as connection:
        if earlier := _earlier(connection, tables.entry, key, print_):
            return 200, _receipt(earlier)
        owner = _by_reference(connection, reference)
        if owner is None:
            raise Problem(404, "没有这件反馈")
        entry_id = str(uuid.uuid4())
        values = {name: fields[name] for name in ("kind", "text", "grade")}
        values |= {"id": entry_id, "feedback_id": owner.id, "key": key, "fingerprint": print_, "received_at": now}
        connection.execute(insert(tables.entry).values(submitted_at=contract.moment(fields["submitted_at"]), **values))
        _keep_attachments(connection, entry_id, fields["attachments"])
        add_history(connection, owner.id, kind="entry", text=fields["text"], now=now)
    return 201, {"id": entry_id, "received_at": now.isoformat()}


def find_feedback(engine: Engine, reference: str) -> dict[str, Any]:
    """The contract's FeedbackRecord. Raises ``Problem`` 404."""
    with engine.begin() as connection:
        found = _by_reference(connection, reference)
        if found is None:
            raise Problem(404, "没有这件反馈")
        lines = connection.execute(
            select(tables.history).where(tables.history.c.feedback_id == found.id).order_by(tables.history.c.position)
        ).all()
    told = [
        {"at": h.at.isoformat(), "kind": h.kind, "status": h.status, "text": h.text, "department": h.department}
        for h in lines
    ]
    return {"id": found.id, "status": found.status, "history": told}


def add_history(
    connection: Connection,
    feedback_id: str,
    *,
    kind: str,
    now: datetime,
    status: str | None = None,
    text: str | None = None,
    department: str | None = None,
) -> None:
    lines = tables.history
    last = connection.execute(select(func.max(lines.c.position)).where(lines.c.feedback_id == feedback_id)).scalar()
    connection.execute(
        insert(lines).values(
            feedback_id=feedback_id,
            position=(last or 0) + 1,
            at=now,
            kind=kind,
            status=status,
            text=text,
            department=department,
        )
    )


def _read(body: bytes, schema: str, key: str) -> tuple[dict[str, Any], str]:
    if len(key) not in KEY_LENGTHS:
        raise Problem(422, "缺少 Idempotency-Key", "请带上 8 至 200 个字符的 Idempotency-Key")
    try:
        fields = json.loads(body)
        contract.check(schema, fields)
    except contract.DoesNotFit as error:
        raise Problem(422, "内容不符合接口约定", str(error)) from None
    except (ValueError, RecursionError):
        raise Problem(422, "正文不是 JSON") from None
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()
    return fields, hashlib.sha256(canonical).hexdigest()


def _earlier(connection: Connection, table: Table, key: str, print_: str) -> Row[Any] | None:
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is not None and row.fingerprint != print_:
        raise Problem(422, "同一 Idempotency-Key 的内容不同", "请用新的 Idempotency-Key 提交新的内容")
    return row


def _by_reference(connection: Connection, reference: str) -> Row[Any] | None:
    return connection.execute(select(tables.feedback).where(tables.feedback.c.reference == reference)).one_or_none()


def _receipt(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "received_at": row.received_at.isoformat()}


def _keep_attachments(connection: Connection, owner_id: str, attachments: Sequence[Mapping[str, Any]]) -> None:
    total = 0
    for position, sent in enumerate(attachments, start=1):
        content = _content(sent)
        total += len(content or b"")
        if total > ATTACHMENTS_LIMIT_BYTES:
            raise Problem(413, "附件过大", "附件合计不超过 20 MB")
        connection.execute(
            insert(tables.attachment).values(
                owner_id=owner_id,
                position=position,
                name=sent["name"],
                media_type=sent.get("media_type"),
                sha256=sent.get("sha256"),
                content=content,
            )
        )


def _content(sent: Mapping[str, Any]) -> bytes | None:
    if sent.get("missing"):
        return None
    try:
        content = base64.b64decode(sent["content_base64"], validate=True)
    except ValueError:
        raise Problem(422, "附件无法解码", "content_base64 不是有效的 base64") from None
    if hashlib.sha256(content).hexdigest() != sent["sha256"]:
        raise Problem(422, "附件校验失败", "sha256 与内容不符")
    return content
