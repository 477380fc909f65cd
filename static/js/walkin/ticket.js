// One's own number: a call is seen in the title, said to a screen reader, felt and, where allowed, heard.
import { chime, unlock } from "./chime.js";

const said = document.querySelector("[data-call-said]");
const button = document.querySelector("[data-sound]");
const plain = document.title;
let last = document.querySelector("#ticket")?.dataset.called ?? "";

function look() {
  const own = document.querySelector("#ticket");
  const called = own?.dataset.called ?? "";
  if (called === last) return;
  last = called;
  document.title = called ? own.dataset.said : plain;
  said.textContent = called ? own.dataset.said : "";
  if (!called) return;
  navigator.vibrate?.([400, 200, 400]);
  chime();
}

document.addEventListener("htmx:afterSettle", look);
if (button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!await unlock()) return;
    chime();
    button.textContent = button.dataset.on;
  });
}
