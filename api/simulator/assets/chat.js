// The conversation. A bubble is drawn anew only when it changed, so that a link keeps its focus.

import { byId, el, shortTime } from "./dom.js";

const PAUSE_BEFORE_TIME = 5 * 60 * 1000;
const FIELD_NAMES = {
  thing: "内容", time: "时间", date: "日期", phrase: "状态", character_string: "编号", name: "姓名",
  number: "数量", amount: "金额", const: "事项", phone_number: "电话", first: "", remark: "备注", keyword: "内容",
};

export class Chat {
  // `actions`: {tap(part), inspect(exchange)}
  constructor(actions) {
    this.actions = actions;
    this.box = byId("chat");
    this.drawn = new Map();
    this.citizen = 0;
    this.atEnd = true;
    // Whoever reads further up stays there; otherwise the end stays in sight while pictures load and the foot grows.
    this.box.addEventListener("scroll", () => { this.atEnd = this.toEnd() < 60; }, { passive: true });
    this.watch = new ResizeObserver(() => { if (this.atEnd) this.scrollToEnd(); });
    this.watch.observe(this.box);
  }

  toEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight;
  }

  show(phone) {
    if (this.citizen !== phone.number) {
      this.box.replaceChildren();
      this.drawn.clear();
      this.atEnd = true;
      this.citizen = phone.number;
    }
    if (this.patch(phone) && this.atEnd) this.scrollToEnd();
  }

  scrollToEnd() {
    this.atEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
  }

  patch(phone) {
    let changed = false;
    let earlier = null;
    const kept = new Set();
    for (const bubble of phone.bubbles) {
      const timed = earlier === null || new Date(bubble.at) - new Date(earlier.at) > PAUSE_BEFORE_TIME;
      const written = JSON.stringify(bubble) + timed;
      const old = this.drawn.get(bubble.id);
      kept.add(bubble.id);
      if (!old || old.written !== written) {
        const element = this.bubble(bubble, phone, timed);
        if (old) { this.watch.unobserve(old.element); old.element.replaceWith(element); } else this.box.append(element);
        this.watch.observe(element);
        this.drawn.set(bubble.id, { written, element });
        changed = true;
      }
      earlier = bubble;
    }
    for (const [id, { element }] of this.drawn) {
      if (!kept.has(id)) { element.remove(); this.drawn.delete(id); }
    }
    return changed;
  }

  bubble(bubble, phone, timed) {
    const time = timed ? el("div", { class: "time" }, shortTime(bubble.at)) : null;
    if (bubble.side === "notice") {
      const words = el("span", { class: bubble.kind === "trouble" ? "trouble" : "" }, bubble.content.text);
      return el("div", { class: "turn notice" }, time, words, this.inspector(bubble));
    }
    const own = bubble.side === "citizen";
    const avatar = own
      ? el("div", { class: `avatar ${phone.colour}`, "aria-hidden": "true" }, phone.nickname.slice(-1))
      : el("div", { class: "avatar account", "aria-hidden": "true" }, "编");
    const speaker = el("span", { class: "hidden-words" }, own ? `${phone.nickname}：` : "编事通：");
    const body = el("div", { class: "body" }, speaker, this.content(bubble), this.meta(bubble));
    return el("div", { class: `turn ${bubble.side}`, "data-kind": bubble.kind }, time, el("div", { class: "line" }, avatar, body));
  }

  meta(bubble) {
    const state = { sending: "发送中…", failed: "公众号未能回应", pushed: "客服消息" }[bubble.state];
    const words = state ? el("span", { class: `state ${bubble.state}` }, bubble.kind === "card" ? bubble.content.label : state) : null;
    return el("div", { class: "meta" }, words, this.inspector(bubble));
  }

  inspector(bubble) {
    if (!bubble.exchange) return null;
    return el("button", { type: "button", class: "inspect", onclick: () => this.actions.inspect(bubble.exchange) }, "报文");
  }

  content(bubble) {
    const content = bubble.content;
    switch (bubble.kind) {
      case "text": return el("div", { class: "bubble" }, ...content.parts.map((part) => this.part(part)));
      case "image": return el("a", { class: "picture", href: pictureAddress(content.media), target: "_blank", rel: "noopener" },
        el("img", { src: pictureAddress(content.media), alt: "图片" }));
      case "news": return newsCard(content);
      case "card": return noticeCard(content);
      case "location": return locationCard(content);
      case "voice": return voiceBubble(content);
      default: return el("div", { class: "bubble" }, `[${bubble.kind}]`);
    }
  }

  part(part) {
    if (part.menu !== undefined) {
      // A link, not a button: it flows with the words around it.
      const tap = (event) => { event.preventDefault(); this.actions.tap(part); };
      return el("a", { href: "#", class: "tap", onclick: tap }, part.text);
    }
    if (part.href !== undefined) {
      return el("a", { href: part.href, target: "_blank", rel: "noopener noreferrer" }, part.text);
    }
    return document.createTextNode(part.text);
  }
}

function pictureAddress(media) {
  return `/simulator/pictures/${encodeURIComponent(media)}`;
}

function newsCard({ title, description, url, picture }) {
  const shown = ownPicture(picture);
  const image = shown ? el("img", { src: shown, alt: "" }) : el("div", { class: "no-picture", "aria-hidden": "true" });
  const inside = [image, el("strong", {}, title), description ? el("p", {}, description) : null];
  const openable = /^https?:\/\//i.test(url);
  return openable
    ? el("a", { class: "card news", href: url, target: "_blank", rel: "noopener noreferrer" }, ...inside)
    : el("div", { class: "card news" }, ...inside);
}

// A picture from elsewhere is not fetched: this page talks with its own server only.
function ownPicture(address) {
  try {
    const full = new URL(address);
    return full.origin === location.origin ? full.href : null;
  } catch {
    return null;
  }
}

function noticeCard({ title, rows, url }) {
  const lines = rows.map((row) => el("div", { class: "field" }, el("dt", {}, fieldName(row.name)), el("dd", {}, row.value)));
  const openable = /^https?:\/\//i.test(url);
  const link = openable ? el("a", { class: "detail", href: url, target: "_blank", rel: "noopener noreferrer" }, "查看详情") : null;
  return el("div", { class: "card form" }, el("strong", {}, title), el("dl", {}, ...lines), link);
}

function fieldName(name) {
  const kind = name.replace(/_?\d+$/, "");
  return FIELD_NAMES[kind] ?? kind;
}

function locationCard({ label, latitude, longitude }) {
  return el("div", { class: "card place" },
    el("strong", {}, label || "位置"),
    el("p", {}, `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`),
    el("div", { class: "map", "aria-hidden": "true" }, el("i")));
}

function voiceBubble({ recognition }) {
  const heard = recognition === null ? "未开启语音识别" : recognition === "" ? "没有识别出文字" : recognition;
  return el("div", {},
    el("div", { class: "bubble voice" }, "1″", el("span", { class: "waves", "aria-label": "语音" })),
    el("div", { class: "heard" }, heard));
}
