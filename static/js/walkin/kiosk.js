// The kiosk. Every step takes the place of the one before, so "back" finds nothing of the last person. A step is
// taken only when the server answers: while it does not, the page says so and its buttons are off. Where it fails
// after that, the worker has a page that goes on asking. So no page of the browser's own ever stands there, which
// nobody could leave.
const notice = document.querySelector("[data-lost]");
const { home } = notice.dataset;
const idle = Number(document.querySelector("[data-idle]")?.dataset.idle);
const PROBE = 3000, PATIENCE = 15_000;
navigator.serviceWorker?.register(`${home}worker.js`).catch(() => {});
let busy = false;
let timer = 0;
let probing = 0;

const ask = (address, options) =>
  fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });

// `failed`: what to do once the connection is back, where a step could not be taken.
function lose(failed) {
  notice.hidden = false;
  document.querySelector("main").inert = true;
  probing ||= setTimeout(async () => {
    probing = 0;
    try {
      if ((await ask(home, { method: "HEAD" })).ok) return found(failed);
    } catch { /* Not yet. */ }
    lose(failed);
  }, PROBE);
}

function found(failed) {
  notice.hidden = true;
  document.querySelector("main").inert = false;
  failed?.();
}

async function go(address, options = { method: "HEAD" }) {
  if (busy) return;
  busy = true;
  try {
    const answer = await ask(address, options);
    // What is not found, refused or out of order leads to the start: that page is always right.
    if (answer.ok) location.replace(answer.url);
    else if (address !== home) location.replace(home);
    else lose(() => go(home));
  } catch {
    lose(address === home ? () => go(home) : undefined);
  } finally {
    busy = false;
  }
}

function wait() {
  clearTimeout(timer);
  if (idle) timer = setTimeout(() => go(home), idle * 1000);
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  go(link.href);
});
addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  event.stopPropagation();
  go(form.action, { method: "POST", body: new FormData(form, event.submitter) });
}, true);

wait();
for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, wait, { passive: true });
addEventListener("offline", () => lose());
for (const name of ["sendError", "timeout"]) document.addEventListener(`htmx:${name}`, () => lose());
if (!navigator.onLine) lose();
// A page kept by the browser is another person's.
addEventListener("pageshow", (event) => { if (event.persisted) go(home); });

// Keys for a screen without a keyboard.
const keys = document.querySelector("[data-keys]");
const field = keys && document.getElementById(keys.dataset.keys);
if (keys) keys.hidden = false;
keys?.addEventListener("click", (event) => {
  const key = event.target.closest("button");
  if (!key) return;
  field.value = key.dataset.type ? field.value + key.dataset.type : field.value.slice(0, -1);
});
