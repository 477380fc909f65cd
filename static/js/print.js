// A button that prints the page, where there is a script to press it with. The kiosk's may press itself: once, not
// where the page is loaded anew.
const [way] = performance.getEntriesByType("navigation");
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  if (!button.hasAttribute("data-print-now") || way?.type !== "navigate") continue;
  if (document.readyState === "complete") window.print();
  else addEventListener("load", () => window.print(), { once: true });
}
