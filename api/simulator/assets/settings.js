// Who holds the phone, what the account may do, and how messages travel.

import { byId, el, setText, shortTime } from "./dom.js";

export class Settings {
  // `actions`: {pick(number), send(path, body), ask(path, body)}
  constructor(actions) {
    this.actions = actions;
    this.written = {};
    this.state = null;
    const send = (path, body) => () => this.actions.send(path, body);
    byId("follow-toggle").addEventListener("click", () => this.toggleFollowing());
    byId("follow-now").addEventListener("click", send("follow", {}));
    byId("close-window").addEventListener("click", send("window/close"));
    byId("resend").addEventListener("click", send("resend"));
    byId("verify").addEventListener("click", () => this.verify());
    byId("scan-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.actions.send("scan", { scene: byId("scene").value.trim() });
    });
    setInterval(() => this.state && this.showWindow(this.state.phone.window), 1000);
  }

  show(state) {
    this.state = state;
    const phone = state.phone;
    this.once("citizens", state.citizens.map((c) => [c, c.number === phone.number]), () => this.showCitizens(state));
    this.once("rights", [state.rights, state.rights_offered], () => this.showRights(state));
    this.once("subscriptions", [state.templates, phone.subscriptions, phone.following], () => this.showSubscriptions(state));
    this.once("codes", state.codes, () => byId("codes").replaceChildren(...state.codes.map((c) => el("option", { value: c }))));
    setText(byId("rights-granted"), state.rights_granted.length
      ? `可以调用：${state.rights_granted.join("、")}` : "只能被动回复，不能主动调用接口（48001）");
    setText(byId("follow-toggle"), phone.following ? "取消关注" : "关注公众号");
    byId("resend").disabled = !phone.may_resend;
    setText(byId("bar-note"), `${phone.nickname}的手机`);
    this.showWindow(phone.window);
  }

  once(name, values, draw) {
    const written = JSON.stringify(values);
    if (this.written[name] === written) return;
    this.written[name] = written;
    draw();
  }

  showCitizens(state) {
    byId("citizens").replaceChildren(...state.citizens.map((citizen) => {
      const held = citizen.number === state.phone.number;
      return el("button", {
        type: "button", "aria-pressed": String(held), class: "citizen",
        onclick: () => this.actions.pick(citizen.number),
      },
      el("span", { class: `avatar ${citizen.colour}`, "aria-hidden": "true" }, citizen.nickname.slice(-1)),
      el("span", {}, el("strong", {}, citizen.nickname), el("small", {}, citizen.following ? citizen.role : "未关注")));
    }));
  }

  showRights(state) {
    byId("rights").replaceChildren(...state.rights_offered.map((kind) => el("button", {
      type: "button", "aria-pressed": String(kind === state.rights),
      onclick: () => this.actions.ask("rights", { rights: kind }),
    }, kind)));
  }

  showSubscriptions(state) {
    const held = state.phone.subscriptions;
    const rows = state.templates.map((template) => el("div", { class: "row subscription" },
      el("span", { class: "grow" }, `${template.name}（剩 ${held[template.id] ?? 0} 次）`),
      el("button", { type: "button", disabled: !state.phone.following, onclick: () => this.subscribe(template, "accept") }, "同意一次"),
      el("button", { type: "button", disabled: !state.phone.following, onclick: () => this.subscribe(template, "reject") }, "拒绝")));
    byId("subscriptions").replaceChildren(...(rows.length ? rows : [el("p", { class: "hint" }, "这个公众号没有配置通知模板。")]));
  }

  subscribe(template, choice) {
    this.actions.send("subscribe", { template_id: template.id, choice });
  }

  showWindow({ left, until }) {
    const open = until !== null && new Date(until) > new Date();
    setText(byId("window-state"), open
      ? `还可以推送 ${left} 条，到 ${shortTime(until)} 为止` : "已关闭：现在推送会返回 45015 或 45047");
    byId("close-window").disabled = !open;
  }

  toggleFollowing() {
    if (this.state) this.actions.send(this.state.phone.following ? "unfollow" : "follow", {});
  }

  async verify() {
    setText(byId("verify-result"), "正在验证…");
    const attempt = await this.actions.ask("verify", {});
    setText(byId("verify-result"), attempt ? `${attempt.outcome}（HTTP ${attempt.status ?? "无"}，${attempt.milliseconds} 毫秒）` : "");
  }
}
