// Within [data-arrows] the arrows go from one [data-arrow] to the next, Home and End to the first and last.
// From anywhere on the page the first arrow leads there.
const all = () => [...document.querySelectorAll("[data-arrows] [data-arrow]")];
const step = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const links = all();
  const at = links.indexOf(event.target);
  if (!links.length || (at < 0 && event.target !== document.body && event.target.id !== "main")) return;
  let next;
  if (event.key in step) next = at < 0 ? 0 : at + step[event.key];
  else if (at >= 0 && event.key === "Home") next = 0;
  else if (at >= 0 && event.key === "End") next = links.length - 1;
  else return;
  event.preventDefault();
  links[Math.max(0, Math.min(next, links.length - 1))].focus();
});
