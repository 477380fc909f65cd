// The quick exit: a press, or Escape three times within five seconds, leaves at once, and what was begun here
// ends on the server too. Without this script the button sends the same form, and the server leads on.
const bar = document.querySelector("[data-exit]");
const form = bar?.querySelector("form");

function hide() {
  document.documentElement.classList.add("leaving");
  document.title = "\u200b";
}

function leave() {
  hide();
  // Sent on its own, also when this page is gone before it is answered.
  navigator.sendBeacon(form.action);
  const to = form.dataset.exitTo;
  // Read by left.js on every page that "back" leads to in this tab.
  try { sessionStorage.setItem("left", to); } catch { /* No storage: "back" meets an ended session. */ }
  // Replaced, so that "back" does not show this page again.
  window.location.replace(to);
}

if (form) {
  const status = bar.querySelector("[data-exit-status]");
  let pressed = 0;
  let timer = 0;
  const forget = () => {
    pressed = 0;
    bar.dataset.pressed = "0";
    status.textContent = "";
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // A new window has no history to go back to; where it is refused, this one leaves anyway.
    window.open(form.dataset.exitTo, "_blank", "noopener,noreferrer");
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    clearTimeout(timer);
    pressed += 1;
    bar.dataset.pressed = String(pressed);
    if (pressed >= 3) return leave();
    status.textContent = pressed === 1 ? status.dataset.two : status.dataset.one;
    timer = setTimeout(forget, 5000);
  }, true);
  window.addEventListener("pageshow", forget);
}
