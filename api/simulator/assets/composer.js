// The foot of the phone: words, the menu, pictures, places and voice.

import { byId, el } from "./dom.js";

export class Composer {
  // `actions`: {send(path, body), sendPicture(file)}; both return whether it went out.
  constructor(actions) {
    this.actions = actions;
    this.words = byId("words");
    this.mode = "words";
    this.menuWritten = "";
    this.places = [];
    this.offered = false;
    this.bindWords();
    this.bindExtras();
    this.bindDialogs();
  }

  bindWords() {
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.sendWords(); });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.sendWords(); }
    });
    this.words.addEventListener("input", () => this.fit());
    byId("show-menu").addEventListener("click", () => this.switchTo("menu"));
  }

  fit() {
    const empty = this.words.value === "";
    byId("send").hidden = empty;
    byId("more").hidden = !empty;
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, 120)}px`;
  }

  async sendWords() {
    const content = this.words.value;
    if (content === "") return;
    if (await this.actions.send("text", { content, pace_seconds: Number(byId("pace").value) })) {
      this.words.value = "";
      this.fit();
    }
  }

  bindExtras() {
    byId("more").addEventListener("click", () => this.toggleExtras(byId("extras").hidden));
    byId("file").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      if (file) await this.actions.sendPicture(file);
      event.target.value = "";
      this.toggleExtras(false);
    });
    for (const button of document.querySelectorAll("[data-dialog]")) {
      button.addEventListener("click", () => { this.toggleExtras(false); byId(button.dataset.dialog).showModal(); });
    }
    for (const button of document.querySelectorAll("[data-cancel]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
  }

  toggleExtras(open) {
    byId("extras").hidden = !open;
    byId("more").setAttribute("aria-expanded", String(open));
  }

  bindDialogs() {
    byId("place").addEventListener("change", () => this.fillPlace());
    byId("location-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = {
        latitude: Number(byId("latitude").value), longitude: Number(byId("longitude").value), label: byId("place-label").value,
      };
      if (await this.actions.send("location", body)) byId("location-dialog").close();
    });
    byId("recognised").addEventListener("change", () => { byId("recognition").disabled = !byId("recognised").checked; });
    byId("voice-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const recognition = byId("recognised").checked ? byId("recognition").value : null;
      if (await this.actions.send("voice", { recognition })) { byId("voice-dialog").close(); byId("recognition").value = ""; }
    });
  }

  fillPlace() {
    const place = this.places[Number(byId("place").value)];
    byId("place-label").value = place ? place.name : "";
    byId("latitude").value = place ? place.latitude : "";
    byId("longitude").value = place ? place.longitude : "";
  }

  show(state) {
    const following = state.phone.following;
    byId("not-following").hidden = following;
    byId("composer").hidden = !following || this.mode !== "words";
    byId("menu").hidden = !following || this.mode !== "menu";
    if (!following) this.toggleExtras(false);
    this.showMenu(state.menu.button ?? []);
    if (!this.offered) this.offer(state);
  }

  // Places and sample pictures stay the same as long as the server runs.
  offer(state) {
    this.offered = true;
    this.places = state.places;
    byId("place").replaceChildren(
      ...state.places.map((place, index) => el("option", { value: index }, place.name)),
      el("option", { value: -1 }, "自己填写"));
    this.fillPlace();
    byId("samples").replaceChildren(...Object.entries(state.samples).map(([name, words]) =>
      el("button", {
        type: "button", class: "sample",
        onclick: async () => { byId("samples-dialog").close(); await this.actions.send("sample", { name }); },
      }, el("img", { src: `/simulator/samples/${name}`, alt: "" }), words)));
  }

  switchTo(mode) {
    this.mode = mode;
    byId("composer").hidden = mode !== "words";
    byId("menu").hidden = mode !== "menu";
    this.toggleExtras(false);
    if (mode === "words") this.words.focus(); else byId("menu").querySelector("button")?.focus();
  }

  showMenu(columns) {
    const written = JSON.stringify(columns);
    if (written === this.menuWritten) return;
    this.menuWritten = written;
    byId("menu").replaceChildren(
      el("button", { type: "button", class: "round", "aria-label": "切换到输入", onclick: () => this.switchTo("words") }, keyboard()),
      ...columns.map((column) => this.column(column)));
    byId("show-menu").hidden = columns.length === 0;
    if (columns.length === 0 && this.mode === "menu") this.switchTo("words");
  }

  column(column) {
    const entries = column.sub_button ?? [];
    if (entries.length === 0) {
      return el("div", { class: "column" }, el("button", { type: "button", onclick: () => this.tap(column) }, column.name));
    }
    const list = el("ul", { hidden: true }, ...entries.map((entry) =>
      el("li", {}, el("button", { type: "button", onclick: () => { this.closeColumns(); this.tap(entry); } }, entry.name))));
    const head = el("button", {
      type: "button", class: "has-entries", "aria-expanded": "false", "aria-haspopup": "true",
      onclick: () => {
        const open = list.hidden;
        this.closeColumns();
        list.hidden = !open;
        head.setAttribute("aria-expanded", String(open));
      },
    }, column.name);
    return el("div", { class: "column" }, head, list);
  }

  closeColumns() {
    for (const list of byId("menu").querySelectorAll("ul")) list.hidden = true;
    for (const head of byId("menu").querySelectorAll("[aria-expanded]")) head.setAttribute("aria-expanded", "false");
  }

  tap(entry) {
    if (entry.type === "view") {
      if (/^https?:\/\//i.test(entry.url)) window.open(entry.url, "_blank", "noopener,noreferrer");
      this.actions.send("menu", { kind: "view", value: entry.url });
    } else {
      this.actions.send("menu", { kind: "click", value: entry.key });
    }
  }
}

function keyboard() {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 7h16v10H4zM7 10h.01M10.5 10h.01M14 10h.01M17 10h.01M8 14h8");
  drawing.append(path);
  return drawing;
}

