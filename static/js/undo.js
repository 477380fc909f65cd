// <form data-undo="/…/seen/">: the seconds to undo count from when the page is seen. The server is told so,
// and answers until when; a page in another tab waits until somebody looks at it. Without an answer the
// server's own, longer time holds, so that nothing is lost when the browser or the network is.
const bar = document.querySelector("form[data-undo]");
const left = bar?.querySelector("time[data-countdown]");

async function say() {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", say);
  try {
    const answer = await fetch(bar.dataset.undo, {
      method: "POST",
      headers: { "X-CSRFToken": bar.elements.csrfmiddlewaretoken.value },
    });
    if (!answer.ok) return;
    const { until, now } = await answer.json();
    left.dateTime = until;
    left.dataset.now = now;
    left.dispatchEvent(new Event("countdown:set"));
  } catch { /* the longer time holds */ }
}

if (bar && left) {
  document.addEventListener("visibilitychange", say);
  say();
}
