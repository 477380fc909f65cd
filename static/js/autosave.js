// Saves a form while one writes, by posting it as its button would. Without this script the button saves.
const form = document.querySelector("[data-autosave]");
const status = form?.querySelector("[data-saved]");
const PAUSE = 1200;
const AGAIN = 5000;
let timer = 0;
let saving = false;
let changed = false;

const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
const say = (text) => { status.textContent = text; };

async function save() {
  if (saving) return later(PAUSE);
  saving = true;
  changed = false;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "error" });
    const said = await answer.json();
    if (answer.ok) {
      for (const [name, value] of Object.entries(said.marks)) form.elements[name].value = value;
      if (!changed) delete form.dataset.changed;
    }
    say(answer.ok ? said.saved : said.error);
  } catch {
    say(status.dataset.offline);
    changed = true;
    later(AGAIN);
  } finally {
    saving = false;
  }
  if (changed) later(PAUSE);
}

form?.addEventListener("input", () => { changed = true; later(PAUSE); });
form?.addEventListener("submit", () => clearTimeout(timer));
