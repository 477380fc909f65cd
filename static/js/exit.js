// The quick exit: a press, or Escape three times within five seconds, leaves at once.
// Without this script the button is a plain link to the same neutral page.
const bar = document.querySelector("[data-exit]");
const link = bar?.querySelector("a");

function leave() {
  document.documentElement.classList.add("leaving");
  document.title = "\u200b";
  // Replaced, so that "back" does not show this page again.
  window.location.replace(link.href);
}

if (link) {
  const status = bar.querySelector("[data-exit-status]");
  let pressed = 0;
  let timer = 0;
  const forget = () => {
    pressed = 0;
    bar.dataset.pressed = "0";
    status.textContent = "";
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    // A new window has no history to go back to; where it is refused, this one leaves anyway.
    window.open(link.href, "_blank", "noopener,noreferrer");
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
  window.addEventListener("pageshow", () => {
    document.documentElement.classList.remove("leaving");
    forget();
  });
}
