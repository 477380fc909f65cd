// Keys of the staff's screens. An element with data-key="n" is pressed by N, data-key="g d" by G and then D.
// Alone they do nothing while one types in a field, and they can be switched off in the list that "?" opens.
// With Alt letters and digits work always: from a field, and where single keys are off.
const dialog = document.querySelector("[data-keys]");
const off = dialog?.querySelector("[data-keys-off]");
const STORE = "keys-off";
const stored = () => { try { return localStorage.getItem(STORE) === "1"; } catch { return false; } };
let before = "";
let timer = 0;

const typing = (target) =>
  target.isContentEditable ||
  target.matches("textarea, select, input:not([type='radio'], [type='checkbox'], [type='button'], [type='submit'])");

// What has the focus keeps the keys that work it: Enter presses it, arrows move among radios.
const own = (target, key) =>
  (key === "Enter" && target.closest("a[href], button, summary, input")) ||
  (key.startsWith("Arrow") && target.matches("input[type='radio']"));

const visible = (element) => element.getClientRects().length > 0;

// What is folded away here still has its keys: pressing one opens it.
const folded = (element) => element.closest("details[data-keys-inside]:not([open])");
const reachable = (element) => visible(folded(element) ?? element);

// The words of an element, with a space where its parts meet.
const words = (element) =>
  [...element.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data.trim() : words(node))).filter(Boolean).join(" ");

// What belongs to the frame of every page is told apart from the keys of this one.
const frame = ".topbar, .side, .staff__top";

function list() {
  const lists = { here: dialog.querySelector("[data-keys-here]"), everywhere: dialog.querySelector("[data-keys-everywhere]") };
  const seen = new Set();
  for (const rows of Object.values(lists)) rows.replaceChildren();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (seen.has(key) || element.closest("dialog")) continue;
    seen.add(key);
    const rows = element.closest(frame) ? lists.everywhere : lists.here;
    const row = document.createElement("div");
    const name = document.createElement("dt");
    const keys = document.createElement("dd");
    for (const part of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = part.length === 1 ? part.toUpperCase() : part.replace("Arrow", "").replace("Left", "←").replace("Right", "→");
      keys.append(cap, " ");
    }
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .count, svg").forEach((extra) => extra.remove());
    name.textContent = element.dataset.keyName || element.getAttribute("aria-label") || words(copy);
    row.append(keys, name);
    rows.append(row);
  }
  for (const rows of Object.values(lists)) rows.closest("section").hidden = !rows.childElementCount;
}

function open() {
  list();
  off.checked = stored();
  dialog.showModal();
}

function act(element) {
  const fold = folded(element);
  if (fold) fold.open = true;
  if (element.matches("input:not([type='radio'], [type='checkbox'], [type='submit']), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

// The letter or digit that is meant with Alt: some keyboards make another sign of it, so the key itself counts.
// AltGr types signs, and Shift belongs to the letters that one types.
function withAlt(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.getModifierState("AltGraph")) return "";
  if (/^[a-z0-9]$/i.test(event.key)) return event.key.toLowerCase();
  return /^(?:Key|Digit)(.)$/.exec(event.code)?.[1].toLowerCase() ?? "";
}

document.addEventListener("keydown", (event) => {
  const alt = withAlt(event);
  if (event.defaultPrevented || (!alt && (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)))) return;
  if (event.key === "?" && dialog && !dialog.open) {
    event.preventDefault();
    return open();
  }
  if (document.querySelector("dialog[open]") || (!alt && (stored() || own(event.target, event.key)))) return;
  const key = alt || (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const wanted = before ? `${before} ${key}` : key;
  clearTimeout(timer);
  before = "";
  const all = [...document.querySelectorAll("[data-key]")].filter(reachable);
  const found = all.find((element) => element.dataset.key === wanted) ?? all.find((element) => element.dataset.key === key);
  if (found) {
    event.preventDefault();
    // A key that is held down sends nothing a second time.
    if (!event.repeat || !found.closest("form")) act(found);
  } else if (all.some((element) => element.dataset.key.startsWith(`${key} `))) {
    if (alt) event.preventDefault();
    before = key;
    timer = setTimeout(() => { before = ""; }, 1500);
  }
});

// Escape leaves a field; then the keys of the page work again.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !typing(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  event.target.blur();
});

off?.addEventListener("change", () => {
  try { localStorage.setItem(STORE, off.checked ? "1" : "0"); } catch { /* then the choice lasts for this page */ }
});
document.querySelector("[data-keys-open]")?.addEventListener("click", open);
document.querySelectorAll("[data-keys-open]").forEach((button) => { button.hidden = false; });
