// One's own number: a call is seen in the title, said to a screen reader, felt and, where allowed, heard.
import { canSound, chime, unlock } from "./chime.js";

const KEPT = "sound";
const said = document.querySelector("[data-call-said]");
const button = document.querySelector("[data-sound]");
const soundSaid = document.querySelector("[data-sound-said]");
const awakeSaid = document.querySelector("[data-stays-awake]");
const own = () => document.querySelector("#ticket");
const plain = document.title;
let last = own()?.dataset.called ?? "";

function look() {
  keepAwake();
  const called = own()?.dataset.called ?? "";
  if (called === last) return;
  last = called;
  document.title = called ? own().dataset.said : plain;
  said.textContent = called ? own().dataset.said : "";
  if (!called) return;
  own().scrollIntoView({ block: "start" });
  navigator.vibrate?.([400, 200, 400]);
  if (isOn) chime();
}

// While somebody waits the screen stays on; the browser lets go of it when the page is hidden.
let awake = null;
async function keepAwake() {
  const wanted = Boolean(own()?.hasAttribute("data-awake")) && !document.hidden;
  if (!wanted) {
    awake?.release();
    awake = null;
  } else if (!awake || awake.released) {
    awake = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
  }
  if (awakeSaid) awakeSaid.hidden = !awake || awake.released;
}

// The choice outlives a reload, but a browser lets a newly loaded page sound only after a touch.
let isOn = false;
try { isOn = sessionStorage.getItem(KEPT) === "on"; } catch { /* then the choice lasts for this page */ }

function choose(on) {
  isOn = on;
  try { sessionStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* then the choice lasts for this page */ }
}

function show(word) {
  button.setAttribute("aria-pressed", String(isOn));
  soundSaid.textContent = soundSaid.dataset[word];
}

async function allow() {
  if (await unlock()) show("on");
}

if (button) {
  button.hidden = false;
  if (isOn) {
    show("touch");
    allow();
    document.addEventListener("pointerdown", () => { if (isOn && !canSound()) allow(); });
  }
  button.addEventListener("click", async () => {
    choose(!isOn);
    if (!isOn) return show("off");
    await allow();
    chime();
  });
}

// All numbers of the point at once: where more than the words of the own one has changed, the page reads itself.
const WORDS = ["before", "likely", "likely_at", "at_most", "be_back"];
const OVER = "over";
document.addEventListener("live:part", (event) => {
  const page = event.target;
  const [key, ...words] = JSON.parse(event.detail)[page.dataset.number] ?? [OVER];
  const known = page.hasAttribute("data-awake") ? page.dataset.key : OVER;
  if (key !== known) return window.htmx.trigger(page, "live");
  words.forEach((word, index) => {
    const said = page.querySelector(`[data-word="${WORDS[index]}"]`);
    if (said && said.textContent !== word) said.textContent = word;
  });
});

document.addEventListener("htmx:afterSettle", look);
document.addEventListener("visibilitychange", keepAwake);
keepAwake();
