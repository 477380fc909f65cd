// Forms: no double sending, the error summary takes the focus, typed text is not lost by mistake.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
  // The button is not disabled: its name and value belong to what is sent. A second sending is refused.
  if (form.hasAttribute("data-sending")) return event.preventDefault();
  // Without a network the page would be lost with all that was typed; the staff's pages see to it themselves.
  const offline = document.querySelector("[data-offline]");
  if (offline) {
    offline.hidden = navigator.onLine;
    (event.submitter?.closest(".actions, .times-bar") ?? form).before(offline);
    if (!navigator.onLine) return event.preventDefault();
  }
  form.toggleAttribute("data-sending", true);
  delete form.dataset.changed;
  if (event.submitter) {
    event.submitter.dataset.busy = "";
    event.submitter.setAttribute("aria-disabled", "true");
  }
  setTimeout(() => ready(form), 8000);
});

function ready(form) {
  form.removeAttribute("data-sending");
  for (const button of form.querySelectorAll("[data-busy]")) {
    delete button.dataset.busy;
    button.removeAttribute("aria-disabled");
  }
}

// Back from the next page (also out of the browser's page cache): forms can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(ready));
document.addEventListener("form:ready", (event) => ready(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sending]");
  if (form) ready(form);
});

const focusSummary = (root) => root.querySelector("[data-error-summary]")?.focus();
focusSummary(document);
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

// A link of the summary goes to the field itself, so that one can type at once.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

// Only where the form asks for it (data-keep): leaving with unsent text is asked about.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form) form.dataset.changed = "1";
});
window.addEventListener("beforeunload", (event) => {
  if (document.documentElement.classList.contains("leaving")) return;
  if (document.querySelector("form[data-changed]")) event.preventDefault();
});

// How many letters are left; without scripts the limit alone is told. It is said after a pause in typing.
for (const told of document.querySelectorAll("[data-count-for]")) {
  const input = document.getElementById(told.dataset.countFor);
  const limit = Number(told.dataset.countLimit);
  const words = told.textContent;
  let pause;
  told.setAttribute("aria-live", "polite");
  input?.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      // As the server counts: a line's end is two characters there.
      const left = limit - [...input.value.replace(/\n/g, "\r\n")].length;
      const text = left < 0 ? told.dataset.countOver : told.dataset.countLeft;
      told.textContent = input.value ? `${Math.abs(left)} ${text}` : words;
    }, 400);
  });
}
