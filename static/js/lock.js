// Locks the screen when nobody uses it: the page is covered, as it is, and stands still until it is unlocked.
// Nothing typed is stored anywhere; the server answers nothing to a locked session either.
const box = document.querySelector("[data-lock]");
const after = Number(box.dataset.lockAfter) * 1000;
const said = box.querySelector("[data-lock-said]");
const words = box.querySelector("[data-lock-words]").dataset;
const byKey = box.querySelector("[data-unlock-by-key]");
const tabs = new BroadcastChannel("familylaw-lock");
const LOOK_EVERY = 2000, TELL_TABS_EVERY = 5000;
// The server, which locks by itself, hears of somebody who types often enough.
const TELL_EVERY = Math.min(60_000, after / 3);

let active = Date.now();
let told = Date.now();
let tabsTold = Date.now();
let locked = false;
let title = "";
let focused = null;

// Only among pages of the same user: another one may have signed in meanwhile.
const tell = (what) => tabs.postMessage({ what, user: box.dataset.user });
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
const post = (url, body) => fetch(url, {
  method: "POST",
  body,
  keepalive: true,
  headers: { Accept: "application/json", "X-CSRFToken": token(), "X-Saving": "1", "X-Staff": box.dataset.user },
});

function say(text) {
  said.textContent = text;
  said.hidden = !text;
}

function cover() {
  if (locked) return;
  locked = true;
  focused = document.activeElement;
  title = document.title;
  document.title = box.dataset.title;
  document.documentElement.classList.add("is-locked");
  say("");
  // After every other dialog, so that it stands before them.
  box.showModal();
  document.dispatchEvent(new CustomEvent("page:locked"));
}

function uncover() {
  if (!locked) return;
  locked = false;
  active = told = Date.now();
  document.documentElement.classList.remove("is-locked");
  document.title = title;
  box.querySelectorAll("input[type=password]").forEach((input) => { input.value = ""; });
  box.close();
  focused?.focus?.({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("page:unlocked"));
}

function lock() {
  cover();
  tell("locked");
  post(box.dataset.lockUrl).catch(() => {});
}

const isIdle = () => after > 0 && Date.now() - active >= after;

function used() {
  if (locked) return;
  // A machine that was asleep wakes up with the press of a key.
  if (isIdle()) return lock();
  active = Date.now();
  if (active - tabsTold >= TELL_TABS_EVERY) {
    tabsTold = active;
    tell("active");
  }
  if (!after || active - told < TELL_EVERY) return;
  told = active;
  post(box.dataset.activeUrl).catch(() => {});
}

for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
  window.addEventListener(name, used, { capture: true, passive: true });
}
setInterval(() => { if (!locked && isIdle()) lock(); }, LOOK_EVERY);
document.addEventListener("visibilitychange", () => { if (!locked && isIdle()) lock(); });
window.addEventListener("pageshow", (event) => { if (event.persisted && isIdle()) lock(); });
tabs.addEventListener("message", ({ data: { what, user } }) => {
  if (user !== box.dataset.user) return;
  if (what === "active") active = Date.now();
  else if (what === "locked") cover();
  else if (what === "unlocked") uncover();
});
// The server has shown this page, so that the session is not locked, as after unlocking in another tab.
tell("unlocked");

// The server says that it is locked, as where another window has done it.
document.addEventListener("session-locked", cover);
document.querySelector("[data-lock-now]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  lock();
}, true);

// Escape does not open it.
box.addEventListener("cancel", (event) => event.preventDefault());
box.addEventListener("close", () => { if (locked) box.showModal(); });

async function unlock(body) {
  say("");
  let answer;
  try {
    answer = await post(box.querySelector("[data-unlock]")?.action ?? "/session/unlock/", body);
  } catch {
    return say(words.lost);
  }
  if (answer.status === 204) {
    tell("unlocked");
    return uncover();
  }
  if (answer.status === 422) return say((await answer.json()).sentence);
  box.querySelector("[data-lock-over]").hidden = false;
  return say(answer.headers.has("X-Session") ? words.over : words.lost);
}

box.querySelector("[data-unlock]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  await unlock(new URLSearchParams(new FormData(event.target)));
});

if (window.PublicKeyCredential) byKey.hidden = false;
byKey.addEventListener("click", async () => {
  try {
    await keyScript();
    const options = await fetch(box.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    const credential = await window.webauthnJSON.get(await options.json());
    await unlock(new URLSearchParams({ credential: JSON.stringify(credential) }));
  } catch {
    say(words.key);
  }
});

function keyScript() {
  if (window.webauthnJSON) return null;
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = box.dataset.keyScript;
    script.addEventListener("load", loaded);
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}
