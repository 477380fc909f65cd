// After the quick exit, "back" in the same tab shows no page of this site: each is replaced by where the exit led.
// Loaded before anything is drawn. Whoever comes by an address or a link anew sees the site as before.
(() => {
  const away = () => {
    const to = sessionStorage.getItem("left");
    if (!to) return;
    document.documentElement.classList.add("leaving");
    window.location.replace(to);
  };
  try {
    const [arrival] = performance.getEntriesByType("navigation");
    if (arrival?.type === "back_forward") away();
    else sessionStorage.removeItem("left");
    // A page that the browser had kept whole.
    window.addEventListener("pageshow", (event) => { if (event.persisted) away(); });
  } catch { /* No storage, nothing to know. */ }
})();
