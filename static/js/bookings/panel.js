// The booking panel by keyboard: a digit chooses a time and leads to the next thing to say, Ctrl and Enter book.
// Enter alone never books; without this script the page works by its buttons.
const panel = document.querySelector("#panel");
const at = (name) => panel.querySelector(`[name="${name}"]`);
// Where there is no note to write, what comes last is to book.
const last = () => at("note") ?? panel.querySelector("[data-book]");
const seen = (element) => element && element.getClientRects().length > 0;
panel.toggleAttribute("data-script", true);
panel.querySelector("h1 ~ * select")?.focus();

// A digit that is pressed, or a time that is chosen, while other times are still coming waits for them.
let coming = false;
let waiting = "";
let chosen = "";
panel.addEventListener("change", (event) => {
  if (event.target.closest(".booking__wish")) coming = true;
  else if (coming && event.target.name === "slot") chosen = event.target.value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "panel-times") return;
  // The time that had the focus is gone: on with the new ones.
  if (document.activeElement === document.body) panel.querySelector(".next-time input")?.focus();
});
// Only once they are settled do the other parent's own times hear which one is chosen.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "panel-times" || !coming) return;
  coming = false;
  if (waiting) choose(waiting);
  else if (chosen) panel.querySelector(`.next-time input[value="${CSS.escape(chosen)}"]`)?.click();
  waiting = chosen = "";
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, () => { coming = false; });

// On to the first thing that is still to be said.
function goOn() {
  const empty = ["caller-name", "other-name"].map(at).find((field) => seen(field) && !field.value);
  (empty ?? last()).focus();
}

function choose(key) {
  const time = panel.querySelector(`.next-time input[data-key="${key}"]`);
  if (!seen(time)) return false;
  time.click();
  if (time.name === "slot") goOn();
  else last().focus();
  return true;
}

// Out of all fields, a digit chooses a time all the same.
document.addEventListener("keydown", (event) => {
  if (event.target !== document.body || !/^\d$/.test(event.key) || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (coming && event.key !== "0") waiting = event.key;
  else if (!choose(event.key)) return;
  event.preventDefault();
}, true);

// The same professional as last time, or another one: who that is follows from the caller.
function askAgain() {
  const who = at("professional");
  if (who?.value.endsWith("last")) who.dispatchEvent(new Event("change", { bubbles: true }));
}
panel.addEventListener("change", (event) => {
  if (/^caller-(name|phone|email)$/.test(event.target.name)) askAgain();
  // An interpreter makes the visit longer: other times fit.
  const counts = panel.hasAttribute("data-interpreter-counts") && event.target.name?.endsWith("-interpreter");
  if (counts) at("service").dispatchEvent(new Event("change", { bubbles: true }));
});

panel.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return panel.requestSubmit(panel.querySelector("[data-book]"));
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (/^\d$/.test(event.key) && target.matches("select, input[type=radio], input[type=checkbox], button")) {
    if (coming && event.key !== "0") waiting = event.key;
    else if (!choose(event.key)) return;
    return event.preventDefault();
  }
  // Left and right leaf through the times also from a list or a time; up and down choose there.
  if (/^Arrow(Left|Right)$/.test(event.key) && target.matches("select, #panel-times input[type=radio]")) {
    event.preventDefault();
    const leaf = panel.querySelector(`#panel-times button[data-key="${event.key}"]`);
    if (seen(leaf)) leaf.click();
    return;
  }
  if (event.key === "Enter" && target.matches("input, select")) {
    event.preventDefault();
    if (target.name === "other-name" || target.name === "other-phone") panel.querySelector("#other [name=find]")?.click();
    else target.dispatchEvent(new Event("change", { bubbles: true }));
  }
  // Down from the name or the number into those who were found, and up again.
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const box = target.closest("#caller, #other");
    const found = box ? [...box.querySelectorAll(".found__list button")] : [];
    const index = found.indexOf(target);
    if (!found.length || (index < 0 && !target.matches("input[type=text], input[type=tel]"))) return;
    event.preventDefault();
    const to = index + (event.key === "ArrowDown" ? 1 : -1);
    if (to < 0) at(`${box.id}-name`).focus();
    else found[Math.min(to, found.length - 1)].focus();
  }
});

// A found person is filled in: on to what is still to be said.
document.addEventListener("htmx:afterSettle", (event) => {
  const id = event.detail.elt?.id;
  if (id !== "caller" && id !== "other") return;
  if (id === "caller") askAgain();
  const empty = ["phone", "email"].map((name) => at(`${id}-${name}`)).find((field) => !field.value);
  (empty ?? (id === "caller" && seen(at("other-name")) ? at("other-name") : last())).focus();
});
