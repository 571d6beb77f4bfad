// Puts the parts together: one state comes in, what the citizen does goes out.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { Raw } from "./raw.js";
import { follow, post, postPicture } from "./server.js";
import { Settings } from "./settings.js";

const TOAST_TIME = 4000;
let citizen = Number(new URLSearchParams(location.search).get("citizen")) || 1;
let toastTimer = 0;
let away = false;

function toast(words) {
  const box = byId("toast");
  box.textContent = words;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, TOAST_TIME);
}

// Said once when the server goes away, and taken back when it returns.
function connection(words) {
  if (words && !away) toast(words);
  if (!words && away) byId("toast").hidden = true;
  away = Boolean(words);
}

async function attempt(work) {
  try {
    const answer = await work();
    look();
    return answer;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const ask = (path, body) => attempt(() => post(path, body));
const send = (path, body) => {
  chat.scrollToEnd();
  return ask(`citizens/${citizen}/${path}`, body);
};

// The close button has the focus while a drawer is open, and gives it back to what opened it.
function drawer(name, open) {
  const box = byId(name);
  const was = box.classList.contains("open");
  box.classList.toggle("open", open);
  if (open) box.querySelector(".close").focus();
  else if (was) document.querySelector(`[data-open=${name}]`).focus();
}

function pick(number) {
  citizen = number;
  history.replaceState(null, "", `?citizen=${number}`);
  drawer("settings", false);
  look();
}

const raw = new Raw(toast);
const chat = new Chat({
  tap: (part) => send("text", { content: part.menu, menu_id: part.id ?? null }),
  inspect: (exchange) => { drawer("raw", true); raw.inspect(exchange); },
});
const composer = new Composer({
  send,
  sendPicture: (file) => attempt(() => postPicture(`citizens/${citizen}/picture`, file)),
});
const settings = new Settings({ pick, send, ask });

for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => drawer(button.dataset.open, true));
}
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => drawer(button.dataset.close, false));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { drawer("settings", false); drawer("raw", false); }
});

const look = follow(() => citizen, (state) => {
  if (state.phone.number !== citizen) return;
  chat.show(state.phone);
  composer.show(state);
  settings.show(state);
  raw.show(state);
}, connection);
