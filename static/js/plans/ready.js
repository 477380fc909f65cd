// Asks whether the PDF is made, and shows the page anew when that is so. Without this script the page reloads.
const PAUSE = 500;
const MOST = 1500;
let pause = PAUSE;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { "X-Look": "1" }, cache: "no-store" });
    const said = answer.ok ? await answer.json() : { state: "waiting" };
    if (said.state !== "waiting") return location.reload();
  } catch {
    // No connection: ask again.
  }
  pause = Math.min(MOST, pause * 1.2);
  setTimeout(look, pause);
}

setTimeout(look, PAUSE);
