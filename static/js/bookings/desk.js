// The work list reads itself again (live.js); the chosen row stays in sight.
// Only the pane scrolls, never the frame around it.
function show(box) {
  const pane = box?.closest(".desk__list, .desk__card");
  if (!pane || getComputedStyle(pane).overflowY === "visible") return box?.scrollIntoView({ block: "nearest" });
  const inner = box.getBoundingClientRect();
  const outer = pane.getBoundingClientRect();
  if (inner.bottom > outer.bottom) pane.scrollTop += inner.bottom - outer.bottom + 8;
  else if (inner.top < outer.top) pane.scrollTop -= outer.top - inner.top + 8;
}

// The menu's figure is the list's.
function count(list) {
  for (const figure of document.querySelectorAll(`[data-counter="${list.dataset.counts}"]`)) {
    figure.textContent = list.dataset.count === "0" ? "" : list.dataset.count;
    figure.hidden = list.dataset.count === "0";
  }
}

const beside = window.matchMedia("(min-width: 70rem)");
document.addEventListener("htmx:afterSettle", (event) => {
  const list = event.target;
  if (list.id === "letters") return list.scrollIntoView({ block: "start" });
  if (list.id !== "worklist") return;
  count(list);
  const { requestConfig } = event.detail;
  if (requestConfig?.triggeringEvent?.type !== "click") return;
  const card = document.querySelector("#card");
  const row = list.querySelector(".is-chosen");
  if (beside.matches) {
    card.scrollTop = 0;
    show(row);
  } else {
    card?.scrollIntoView({ block: "start" });
  }
  // Who has begun to type elsewhere meanwhile stays there: a letter must not become a key of the card.
  if (document.activeElement?.matches("input, textarea, select")) return;
  // From row to row the focus stays in the list, where the row is read out; a row that is chosen itself
  // leads to its card.
  const along = requestConfig.elt.matches("[data-along]");
  (along ? row?.querySelector("a") : card)?.focus({ preventScroll: true });
});

// What others have done is told once, not at each reading. What is being typed stays where it is.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  const told = elt.id === "card-news" && elt.querySelector("[data-told]");
  if (told) parameters.told = told.dataset.told;
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const old = event.detail.target;
  if (old?.id === "card-do" && [...old.querySelectorAll("textarea")].some((field) => field.value)) event.detail.shouldSwap = false;
});

// What opens below a button comes into sight, with its first field ready.
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.open || !box.matches(".do details")) return;
  show(box);
  box.querySelector("input:not([type=hidden]), button")?.focus({ preventScroll: true });
}, true);
