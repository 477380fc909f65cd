// Saving on bad days. The staff's forms are sent from here, so that a lost network or an ended session
// leaves the page as it is, with all that was typed. Nothing of it is stored in the browser.
const box = document.querySelector("[data-saving]");
const SOON = 5 * 60_000;

function show(what) {
  // In front of an open dialog, which covers everything else.
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  for (const part of box.querySelectorAll("[data-trouble]")) part.hidden = part.dataset.trouble !== what;
}
const clear = (what) => { if (!what || !box.querySelector(`[data-trouble="${what}"]`).hidden) show(""); };

// After signing in again in another tab the mark against forgery is another one: the cookie has it.
const mark = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
// A page's form has the mark behind a mask of its own, and keeps that mask: by it the server tells one press
// sent twice from the same press on the next page (office/ui/sent_once.py). It is masked as Django does it.
const SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
function renewed(token) {
  const secret = mark();
  if (!secret || token.length !== 2 * secret.length) return secret ?? token;
  const mask = token.slice(0, secret.length);
  const at = (i) => (SIGNS.indexOf(secret[i]) + SIGNS.indexOf(mask[i])) % SIGNS.length;
  return mask + Array.from(mask, (_sign, i) => SIGNS[at(i)]).join("");
}
function renew(form) {
  form.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = renewed(input.value); });
}
document.addEventListener("submit", (event) => renew(event.target), true);
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters, verb } = event.detail;
  headers["X-Staff"] = box.dataset.user;
  if (verb === "get" || !mark()) return;
  headers["X-CSRFToken"] = mark();
  if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = renewed(parameters.csrfmiddlewaretoken);
});

// htmx: the form stays by itself; here it is said why nothing happened.
document.addEventListener("session-over", () => show("over"));
document.addEventListener("session-other", () => show("other"));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => { if (event.detail.requestConfig?.verb !== "get") show("lost"); });
}
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful && event.detail.requestConfig.verb !== "get") clear("lost"); });

// What has no text to lose, or counts tries (signing in, keys), goes its usual way.
function ours(form, by) {
  const to = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  const method = by?.getAttribute("formmethod") ?? form.method;
  return method === "post" && !form.target && form.enctype === "application/x-www-form-urlencoded" &&
    !form.matches("[data-plain], .topbar form") &&
    to.origin === location.origin && !to.pathname.startsWith("/accounts/") ? to : null;
}

// On the window, after form.js on the document has refused a second sending.
window.addEventListener("submit", async (event) => {
  const form = event.target;
  const by = event.submitter;
  const to = ours(form, by);
  if (event.defaultPrevented || !to) return;
  event.preventDefault();
  clear();
  let answer;
  try {
    answer = await fetch(to, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, by)),
      headers: { "X-Saving": "1", "X-Staff": box.dataset.user },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    return failed(form, "lost");
  }
  const session = answer.headers.get("X-Session");
  if (session === "locked") document.dispatchEvent(new CustomEvent("session-locked"));
  if (session) return failed(form, session);
  if (answer.status >= 500) return failed(form, "lost");
  if (answer.headers.has("X-Next")) return go(answer.headers.get("X-Next"));
  failed(form, "lost");
});

function failed(form, what) {
  form.dispatchEvent(new CustomEvent("form:ready", { bubbles: true }));
  if (form.matches("[data-keep]")) form.dataset.changed = "1";
  show(what);
}

function go(next) {
  const to = new URL(next, location.href);
  if (to.hash && to.pathname + to.search === location.pathname + location.search) {
    // The same page at another place would only be scrolled, not fetched.
    history.replaceState(null, "", "/");
    return location.replace(to);
  }
  location.assign(to);
}

// The quiet warning. Another tab may have stayed meanwhile: the server knows.
let ends = box.dataset.left === "" ? Infinity : Date.now() + box.dataset.left * 1000;
async function ask(method) {
  try {
    const answer = await fetch(box.dataset.stay, { method, headers: method === "POST" ? { "X-CSRFToken": mark() } : {} });
    if (answer.status === 200 || answer.status === 401) ends = Date.now() + (await answer.json()).left * 1000;
  } catch { /* without a network nothing is known */ }
  return ends - Date.now();
}
async function watch() {
  if (ends - Date.now() > SOON) return;
  const left = await ask("GET");
  if (left <= 0) show("over");
  else if (left <= SOON) show("soon");
  else clear("soon");
}
box.querySelector("[data-stay-on]").addEventListener("click", async () => {
  if ((await ask("POST")) > SOON) {
    show("stayed");
    document.querySelector("#main")?.focus({ preventScroll: true });
  } else watch();
});
watch();
setInterval(watch, 30_000);
