// 原始报文: what really went over the wire, on demand.

import { byId, el, secondTime } from "./dom.js";
import { get } from "./server.js";

const TABS = ["exchanges", "calls"];

export class Raw {
  constructor(trouble) {
    this.trouble = trouble;
    this.open = null;
    this.detail = null;
    this.written = "";
    for (const name of TABS) {
      byId(`tab-${name}`).addEventListener("click", () => this.tab(name));
      byId(`tab-${name}`).addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.tab(TABS.find((other) => other !== name), true);
      });
    }
  }

  tab(name, focus = false) {
    for (const each of TABS) {
      byId(each).hidden = each !== name;
      byId(`tab-${each}`).setAttribute("aria-selected", String(each === name));
      byId(`tab-${each}`).tabIndex = each === name ? 0 : -1;
    }
    if (focus) byId(`tab-${name}`).focus();
  }

  async show(state) {
    const written = JSON.stringify([state.exchanges, state.calls]);
    if (written === this.written) return;
    this.written = written;
    this.exchanges = state.exchanges;
    if (this.open !== null && this.detail && !this.detail.done) await this.fetchDetail();
    this.draw();
    byId("calls").replaceChildren(...this.calls(state.calls));
  }

  async inspect(exchange) {
    this.tab("exchanges");
    this.open = this.open === exchange && this.detail ? null : exchange;
    this.detail = null;
    if (this.open !== null) await this.fetchDetail();
    this.draw();
    byId("exchanges").querySelector("[aria-expanded=true]")?.scrollIntoView({ block: "nearest" });
  }

  async fetchDetail() {
    try {
      this.detail = await get(`exchanges/${this.open}`);
    } catch (error) {
      this.open = null;
      this.trouble(error.message);
    }
  }

  draw() {
    const exchanges = this.exchanges ?? [];
    const rows = exchanges.flatMap((exchange) => {
      const open = exchange.id === this.open && this.detail !== null;
      return open ? [this.summary(exchange, open), this.details(this.detail)] : [this.summary(exchange, open)];
    });
    byId("exchanges").replaceChildren(...(rows.length ? rows : [el("p", { class: "hint" }, "发一条消息，这里就会出现它的往来报文。")]));
  }

  summary(exchange, open) {
    const tries = exchange.attempts > 1 ? `，共投递 ${exchange.attempts} 次` : "";
    const outcome = exchange.done ? exchange.outcome : "等待回应…";
    return el("button", {
      type: "button", class: "exchange", "aria-expanded": String(open), onclick: () => this.inspect(exchange.id),
    },
    el("span", { class: "exchange-type" }, exchange.type),
    el("span", { class: exchange.done && exchange.status !== 200 ? "grow bad" : "grow" }, `${outcome}${tries}`),
    el("span", { class: "exchange-time" }, exchange.status ? `${exchange.status} · ${exchange.milliseconds} ms` : `${exchange.milliseconds} ms`));
  }

  details(detail) {
    return el("div", { class: "details" }, block("明文 XML", pretty(detail.plain)), ...detail.attempts.map((attempt) =>
      el("section", {},
        el("h3", {}, `第 ${attempt.number} 次投递 · ${secondTime(attempt.started_at)} · HTTP ${attempt.status ?? "无回应"} · ${attempt.milliseconds} ms`),
        el("p", { class: "hint" }, attempt.outcome),
        block("请求地址", `POST ${attempt.address}?${new URLSearchParams(attempt.query)}`),
        block("请求报文（密文）", pretty(attempt.request_body)),
        attempt.response_body ? block("响应报文", pretty(attempt.response_body)) : null,
        attempt.decrypted ? block("解密后的回复", pretty(attempt.decrypted)) : null)));
  }

  calls(calls) {
    if (calls.length === 0) return [el("p", { class: "hint" }, "后台还没有调用过微信接口。")];
    return calls.map((call) => el("div", { class: "call" },
      el("span", { class: "exchange-time" }, secondTime(call.at)),
      el("span", { class: "grow" }, call.path, call.to ? ` → ${call.to}` : ""),
      el("span", { class: call.code === 0 ? "good" : "bad" }, call.code === 0 ? "成功" : String(call.code))));
  }
}

function block(title, content) {
  return el("figure", {}, el("figcaption", {}, title), el("pre", { tabindex: "0" }, content));
}

// One element a line; the text itself is not touched.
function pretty(xml) {
  return xml.replace(/^<xml></, "<xml>\n<").replace(/(<\/\w+>)(?=<\/?\w)/g, "$1\n");
}
