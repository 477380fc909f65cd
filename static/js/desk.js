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

const beside = window.matchMedia("(min-width: 70rem)");
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "worklist") return;
  if (event.detail.requestConfig?.triggeringEvent?.type !== "click") return;
  const card = document.querySelector("#card");
  if (beside.matches) {
    card.scrollTop = 0;
    show(document.querySelector("#worklist .is-chosen"));
  } else {
    card?.scrollIntoView({ block: "start" });
  }
});

// What opens below a button comes into sight, with its first field ready.
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.open || !box.matches(".do details")) return;
  show(box);
  box.querySelector("input:not([type=hidden]), button")?.focus({ preventScroll: true });
}, true);
