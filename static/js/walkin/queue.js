// The figure in the navigation follows the queue.
document.addEventListener("htmx:afterSettle", () => {
  const line = document.querySelector("#queue-line");
  for (const figure of document.querySelectorAll(`[data-counter="${line?.dataset.counts}"]`)) {
    figure.textContent = line.dataset.count;
    figure.hidden = line.dataset.count === "0";
  }
});
