// The work list reads itself again every half a minute. While that fails, the page says so; the chosen row
// stays in sight. Without this script the page is as it was when it was opened.
const notice = document.querySelector("[data-stale]");
const ofList = (event) => event.detail.elt?.id === "worklist";

const fail = (event) => { if (notice && ofList(event)) notice.hidden = false; };
document.addEventListener("htmx:sendError", fail);
document.addEventListener("htmx:timeout", fail);
document.addEventListener("htmx:responseError", fail);
document.addEventListener("htmx:afterRequest", (event) => {
  if (notice && ofList(event) && event.detail.successful) notice.hidden = true;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "worklist" && event.detail.elt?.id !== "worklist") return;
  if (event.detail.requestConfig?.triggeringEvent?.type !== "click") return;
  document.querySelector("#worklist .is-chosen")?.scrollIntoView({ block: "nearest" });
});

// What opens below a button comes into sight, with its first field ready.
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.open || !box.matches(".do details")) return;
  box.scrollIntoView({ block: "nearest" });
  box.querySelector("input:not([type=hidden]), button")?.focus({ preventScroll: true });
}, true);
