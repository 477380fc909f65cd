// The call in progress: its length counts up, the bar follows other tabs and the clock of the phone hours.
// Without this script the bar is as it was when the page was opened.
const bar = () => document.querySelector("#call-bar");
const status = () => document.querySelector("#phone-status");

// The server's clock counts: how far this one is off is told by data-now.
const offset = (shown) => Date.parse(shown.dataset.now) - performance.timeOrigin - performance.now();
let ahead = 0;
const measure = (root) => {
  const shown = root?.querySelector?.("[data-now]") ?? root;
  if (shown?.dataset?.now) ahead = offset(shown);
};

function tick() {
  const shown = document.querySelector("#call-bar [data-since]");
  if (!shown) return;
  const now = performance.timeOrigin + performance.now() + ahead;
  const seconds = Math.max(0, Math.floor((now - Date.parse(shown.dataset.since)) / 1000));
  shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// Read anew, unless somebody is choosing or writing something in the bar.
function refresh() {
  const box = bar();
  if (!box || box.contains(document.activeElement) || !window.htmx) return;
  const next = encodeURIComponent(document.querySelector("#phone-status [name=next], #call-bar [name=next]")?.value ?? "/desk/");
  window.htmx.ajax("GET", `/desk/phone/calls/bar/?next=${next}`, { target: "#call-bar", swap: "outerHTML" });
}

let timer = 0;
function plan() {
  clearTimeout(timer);
  const changes = Date.parse(status()?.dataset.changes ?? "");
  if (Number.isNaN(changes)) return;
  const wait = changes - (performance.timeOrigin + performance.now() + ahead) + 1000;
  // Longer waits than a day are for another page.
  if (wait > 0 && wait < 86_400_000) timer = setTimeout(refresh, wait);
}

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });

// The focus never goes into a field by itself: there the keys of the call would be typing.
let lost = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "call-bar") lost = bar().contains(document.activeElement) || status()?.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "call-bar" && event.target.id !== "phone-status") return;
  measure(event.target);
  tick();
  plan();
  if (lost && document.activeElement === document.body) (document.querySelector("#call-start") ?? document.querySelector("#call-bar .call"))?.focus();
});

// Enter and Escape lead out of the bar's choices, so that the keys of the page work again.
let before = null;
document.addEventListener("focusin", (event) => {
  if (!bar()?.contains(event.target) && event.target !== document.body) before = event.target;
});
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("#call-bar select, #call-referred");
  if (!field || (event.key !== "Escape" && !(event.key === "Enter" && field.matches("select")))) return;
  event.preventDefault();
  field.blur();
  if (before?.isConnected && !before.matches("body")) before.focus({ preventScroll: true });
});

measure(document.querySelector("#call-bar [data-now]") ?? status());
tick();
plan();
setInterval(tick, 1000);
