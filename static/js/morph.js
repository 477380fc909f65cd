// A live refresh changes what is there instead of replacing it (Idiomorph), so that focus and scrolling stay.
// What the person has opened, ticked or typed is theirs: the server knows nothing of it.
const OWN = new Set(["value", "checked", "selected"]);

function isKept(name, element) {
  if (name === "open") return element.matches("details");
  return OWN.has(name) && !element.matches("input[type=hidden], progress");
}

window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !isKept(name, element);
