// Saves a form while one writes, by posting it as its button would. Without this script the button saves.
// Nothing is kept on the device: others may use it too.
const form = document.querySelector("[data-autosave]");
const status = form?.querySelector("[data-saved]");
const PAUSE = 1200;
const AGAIN = 5000;
let timer = 0;
let saving = null;
let changed = false;

const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
const say = (text) => { status.textContent = text; };
// Who leaves quickly leaves nothing behind: a post after it would bring a cookie back.
const isLeaving = () => document.documentElement.classList.contains("leaving");

async function save(more = {}) {
  if (isLeaving()) return;
  if (saving) return later(PAUSE);
  changed = false;
  saving = send(more);
  await saving;
  saving = null;
  if (changed) later(PAUSE);
}

async function send(more) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "error", ...more });
  } catch {
    say(status.dataset.lost);
    changed = true;
    return later(AGAIN);
  }
  const said = await answer.json().catch(() => null);
  if (!said) return say(status.dataset.refused);
  if (answer.ok) {
    for (const [name, value] of Object.entries(said.marks)) form.elements[name].value = value;
    if (!changed) delete form.dataset.changed;
  }
  say(answer.ok ? said.saved : said.error);
}

// Written before this script came, on a slow line, or brought back by the browser: saved as well.
function isWritten(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return "defaultValue" in field && field.value !== field.defaultValue;
  const first = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(first, 0);
}
if (form && [...form.elements].some(isWritten)) {
  changed = true;
  later(PAUSE);
}

form?.addEventListener("input", () => { changed = true; later(PAUSE); });
// The screen is locked or another app comes up: what was typed is sent at once.
document.addEventListener("visibilitychange", () => {
  if (form && document.hidden && changed && !saving) { clearTimeout(timer); save({ keepalive: true }); }
});
// What is on its way comes first: else the button's own post would look like one from another tab.
form?.addEventListener("submit", async (event) => {
  // Without a network nothing leaves: form.js says so, and we go on trying.
  if (!navigator.onLine) return;
  clearTimeout(timer);
  changed = false;
  if (!saving) return;
  event.preventDefault();
  await saving;
  clearTimeout(timer);
  form.requestSubmit(event.submitter);
});
window.addEventListener("online", () => { if (form && changed) later(0); });
