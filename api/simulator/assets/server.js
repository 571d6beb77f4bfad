// Talks with the simulator's own routes: what the citizen does goes there, what happened is fetched every moment.

const CALM_PAUSE = 1000;
const BUSY_PAUSE = 250;

export class Trouble extends Error {}

async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const detail = typeof answer.detail === "string" ? answer.detail : "这一步没有成功，请检查后再试";
  throw new Trouble(detail);
}

async function fetchSafely(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Trouble("连不上模拟器，请确认服务还在运行");
  }
}

export async function get(path) {
  return read(await fetchSafely(`/simulator/api/${path}`));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-Simulator": "1" };
  return read(await fetchSafely(`/simulator/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function postPicture(path, file) {
  const headers = { "Content-Type": file.type || "application/octet-stream", "X-Simulator": "1" };
  return read(await fetchSafely(`/simulator/api/${path}`, { method: "POST", headers, body: file }));
}

// Calls `show` with each new state of the citizen that `citizen()` names.
export function follow(citizen, show, trouble) {
  let version = "";
  let timer = 0;
  let running = false;
  let again = false;

  async function look() {
    if (running) { again = true; return; }
    running = true;
    clearTimeout(timer);
    let busy = false;
    try {
      const state = await get(`state?citizen=${citizen()}&after=${encodeURIComponent(version)}`);
      version = state.version;
      if (!state.unchanged) show(state);
      busy = !state.unchanged;
      trouble(null);
    } catch (error) {
      trouble(error.message);
    }
    running = false;
    const pause = again ? 0 : busy ? BUSY_PAUSE : CALM_PAUSE;
    again = false;
    timer = setTimeout(look, document.hidden ? CALM_PAUSE * 5 : pause);
  }
  document.addEventListener("visibilitychange", look);
  look();
  return look;
}
