// The display chimes and says each call once, a repeated call again. What was called before the page was
// opened is not said; what was called while the connection was lost is, as long as it still stands.
import { canSound, chime, unlock } from "./chime.js";

const start = document.querySelector("[data-start]");
const calls = () => [...document.querySelectorAll("[data-call]")];
const heard = new Set(calls().map((call) => call.dataset.call));
const VOICES = { fi: "fi-FI", sv: "sv-FI" };

function say(call) {
  if (!("speechSynthesis" in window)) return;
  for (const [language, locale] of Object.entries(VOICES)) {
    const words = new SpeechSynthesisUtterance(call.dataset[language]);
    const voice = speechSynthesis.getVoices().find((one) => one.lang.replace("_", "-").startsWith(language));
    // Another language's voice would read it so that nobody understands: then the chime is enough.
    if (!voice) continue;
    Object.assign(words, { lang: locale, voice, rate: 0.9 });
    speechSynthesis.speak(words);
  }
}

function look() {
  const fresh = calls().filter((call) => !heard.has(call.dataset.call)).reverse();
  if (!fresh.length) return;
  for (const call of fresh) heard.add(call.dataset.call);
  document.documentElement.dataset.heard = fresh.map((call) => call.dataset.call).join(" ");
  if (canSound()) {
    chime();
    setTimeout(() => fresh.forEach(say), 1200);
  }
  const main = document.querySelector("#display .display__call");
  main?.classList.add("is-new");
  setTimeout(() => main?.classList.remove("is-new"), 6000);
}

document.addEventListener("htmx:afterSettle", look);
window.speechSynthesis?.getVoices();
// A browser that is started as a kiosk may sound at once; elsewhere one press at the start allows it.
unlock().catch(() => false);
setTimeout(() => { start.hidden = canSound(); }, 400);
start.addEventListener("click", async () => { start.hidden = await unlock(); chime(); });
navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
});
