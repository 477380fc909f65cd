// <button type="button" data-copy="what is copied" data-copied="Copied" hidden>: copies, and says so in
// its own words. It stays hidden where the browser does not let pages copy, or without JavaScript.
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  const words = button.textContent;
  const said = document.createElement("span");
  said.className = "sr-only";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    button.textContent = said.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = words;
      said.textContent = "";
    }, 4000);
  });
}
