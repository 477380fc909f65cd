// The guide's meeting: how long it still goes on; and when it is over, nothing of the draft stays on the screen.
const shown = document.querySelector("[data-meeting]");
const EVERY = 15_000;

async function look() {
  let answer;
  try {
    answer = await fetch(shown.dataset.meeting, { headers: { "X-Look": "1" }, redirect: "manual" });
  } catch {
    return; // Without a network nothing is known.
  }
  if (answer.status === 404) return leave();
  if (answer.ok) shown.textContent = (await answer.text()).trim();
}

function leave() {
  // What was typed was saved while it was; asking whether to stay would leave it in sight.
  document.querySelectorAll("form[data-changed]").forEach((form) => { delete form.dataset.changed; });
  location.replace(shown.dataset.over);
}

if (shown) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  // Back to a page that the browser had kept.
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
}
