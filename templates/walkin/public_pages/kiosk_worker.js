// The kiosk's worker: where a page cannot be got, it shows one that goes on asking. It keeps nothing else.
const PAGE = "{{ page|escapejs }}";
const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'",
};
const lost = () => new Response(PAGE, { headers: HEADERS });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).then((answer) => (answer.status < 500 ? answer : lost()), lost));
});
