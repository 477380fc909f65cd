// A button that copies the field beside it. Without this script the field can be copied by hand.
const field = document.querySelector("[data-copy-from]");
const button = document.querySelector("[data-copy]");
const done = document.querySelector("[data-copied]");

if (field && button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    done.hidden = false;
  });
}
field?.addEventListener("focus", () => field.select());
