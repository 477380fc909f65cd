// The kiosk goes back to its start when nobody touches it, so that the next one finds nothing of the last.
const home = document.querySelector("[data-idle]");
let timer = 0;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(home.href), home.dataset.idle * 1000);
}

if (home) {
  wait();
  for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, wait, { passive: true });
}
// Back at the start, "back" shows nothing of the last person either.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  if (!home || link?.href !== home.href) return;
  event.preventDefault();
  location.replace(home.href);
});
// A page kept by the browser is another person's.
addEventListener("pageshow", (event) => { if (event.persisted && home) location.replace(home.href); });
