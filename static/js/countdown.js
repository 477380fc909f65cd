// <time data-countdown datetime="2026-11-25T09:30:00+02:00"> shows the minutes left and tells them to a
// screen reader at five and at one minute. At the end the page's own words are shown (data-over="#id").
for (const shown of document.querySelectorAll("time[data-countdown]")) {
  let end = 0;
  let offset = 0;
  const read = () => {
    end = Date.parse(shown.dateTime);
    // The server's clock counts: how far this one is off is told by data-now.
    offset = shown.dataset.now ? Date.parse(shown.dataset.now) - Date.now() : 0;
  };
  read();
  if (Number.isNaN(end)) continue;
  const said = document.createElement("span");
  said.className = "sr-only";
  said.setAttribute("role", "status");
  shown.after(said);
  const told = new Set();
  const tell = (minutes, text) => {
    if (told.has(minutes)) return;
    told.add(minutes);
    if (text) said.textContent = text;
  };
  const first = Math.max(0, end - Date.now() - offset);
  if (first < 300_000) told.add(5);
  if (first < 60_000) told.add(1);
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now() - offset) / 1000));
    shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left <= 300 && left > 60) tell(5, shown.dataset.five);
    if (left <= 60 && left > 0) tell(1, shown.dataset.one);
    if (left > 0) return;
    clearInterval(timer);
    const over = shown.dataset.over && document.querySelector(shown.dataset.over);
    if (over) {
      shown.closest(".hold")?.setAttribute("hidden", "");
      over.hidden = false;
    }
    tell(0, over?.textContent.trim());
  };
  shown.setAttribute("role", "timer");
  shown.setAttribute("aria-live", "off");
  const timer = setInterval(tick, 1000);
  // Who changes the time says so.
  shown.addEventListener("countdown:set", () => { read(); tick(); });
  tick();
}
