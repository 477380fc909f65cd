// Elements with data-live="desk" read themselves again when the live process says that "desk" has changed:
// they hear the event "live" (hx-trigger="live, every 30s"). Where the stream is lost the page says so and
// goes on reading itself every half a minute; where that fails too, it says that it is not up to date.
const source = document.querySelector("[data-live-url]");
const off = document.querySelector("[data-live-off]");
const stale = document.querySelector("[data-stale]");
const GATHER = 250, SETTLED = 60, PATIENCE = 3000, SILENCE = 40_000, FIRST_WAIT = 500, LONGEST_WAIT = 15_000;

const isLive = (element) => element?.matches?.("[data-live]") ?? false;
const show = (box, shown) => { if (box && box.hidden === shown) box.hidden = !shown; };

// What no longer exists is not a lost connection: the page is loaded anew, and says what is so now. Where the
// server sends a last word instead (410), htmx shows it, and nothing is left that would ask again.
const GONE = new Set([404, 410]);
let isReloading = false;
document.addEventListener("htmx:responseError", (event) => {
  if (!isLive(event.detail.elt) || !GONE.has(event.detail.xhr.status) || isReloading) return;
  isReloading = true;
  location.reload();
});
document.addEventListener("htmx:afterSwap", () => {
  if (source && !document.querySelector("[data-live]")) {
    close();
    clearTimeout(retrying);
    for (const word of [off, stale]) show(word, false);
  }
});

// Reading anew by htmx: a failure is said, a success takes the word back. Before the swap, since after it
// the element that asked is not in the page any more.
const failed = (event) => { if (isLive(event.detail.elt) && !isReloading) show(stale, true); };
for (const name of ["sendError", "timeout", "responseError"]) document.addEventListener(`htmx:${name}`, failed);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isLive(event.detail.target) && event.detail.shouldSwap) show(stale, false);
});

const waiting = new Set();
let gathering = 0;
let readAt = -GATHER;

// A change that comes while an element is being read: what is read may be older, and what htmx queues for an
// element is lost when the element is swapped. So it is read once more after that.
const reading = new Set();
const again = new Set();
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event.detail.elt) && event.detail.elt.id) reading.add(event.detail.elt.id);
});
document.addEventListener("htmx:afterRequest", (event) => {
  // Of an element that is not in the page any more, htmx tells by its parent.
  const { id } = event.detail.requestConfig.elt;
  if (!reading.has(id)) return;
  // htmx listens on what it has swapped in only after settling: until then it counts as being read.
  setTimeout(() => {
    reading.delete(id);
    const element = document.getElementById(id);
    if (again.delete(id) && isLive(element)) read(element);
  }, SETTLED);
});

function read(element) {
  if (reading.has(element.id)) again.add(element.id);
  else window.htmx?.trigger(element, "live");
}

// A change is read at once; those that follow within a moment are one more reading.
function refresh(topic) {
  waiting.add(topic);
  gathering ||= setTimeout(() => {
    gathering = 0;
    readAt = performance.now();
    for (const element of document.querySelectorAll("[data-live]")) {
      const topics = element.dataset.live.split(" ");
      if (waiting.has("*") || topics.some((one) => waiting.has(one))) read(element);
    }
    waiting.clear();
  }, Math.max(readAt + GATHER - performance.now(), 0));
}

// What changed itself, read once for all pages that show the same: the page need not ask. Where it is just
// asking, it asks once more, since what it gets may be older.
function take(text) {
  for (const element of document.querySelectorAll("[data-live]")) {
    if (reading.has(element.id)) again.add(element.id);
    else if (element.hasAttribute("data-live-part")) {
      window.htmx?.swap(element, text, { swapStyle: "morph:outerHTML" }, { contextElement: element });
    } else element.dispatchEvent(new CustomEvent("live:part", { detail: text, bubbles: true }));
  }
  show(stale, false);
}

let stream = null;
let ticket = source?.dataset.ticket;
let wait = FIRST_WAIT;
let watchdog = 0;
let complaint = 0;
let retrying = 0;

function alive() {
  clearTimeout(watchdog);
  watchdog = setTimeout(lose, SILENCE);
}

function well() {
  clearTimeout(complaint);
  complaint = 0;
  wait = FIRST_WAIT;
  show(off, false);
}

// A short break, as of a restart, is not worth a word.
function complain() {
  complaint ||= setTimeout(() => show(off, true), PATIENCE);
}

function close() {
  clearTimeout(watchdog);
  stream?.close();
  stream = null;
}

function lose() {
  close();
  complain();
  clearTimeout(retrying);
  retrying = setTimeout(renew, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

async function renew() {
  try {
    const answer = await fetch(source.dataset.renew, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    ticket = (await answer.json()).ticket;
  } catch {
    return lose();
  }
  open(true);
}

function open(again) {
  close();
  stream = new EventSource(`${source.dataset.liveUrl}?ticket=${encodeURIComponent(ticket)}`);
  stream.addEventListener("open", () => {
    alive();
    well();
    // What happened while nobody listened.
    if (again) refresh("*");
  });
  stream.addEventListener("error", lose);
  stream.addEventListener("beat", alive);
  stream.addEventListener("changed", (event) => { alive(); refresh(event.data); });
  stream.addEventListener("part", (event) => { alive(); take(event.data); });
  stream.addEventListener("lost", () => { alive(); complain(); });
  stream.addEventListener("back", () => { alive(); well(); refresh("*"); });
  stream.addEventListener("renew", () => { close(); renew(); });
}

if (source) {
  open(false);
  // A locked screen hears nothing; unlocked, it catches up.
  document.addEventListener("page:locked", () => { close(); clearTimeout(retrying); });
  document.addEventListener("page:unlocked", renew);
  window.addEventListener("pagehide", () => { close(); clearTimeout(retrying); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) renew(); });
}
