// Signing in with a passkey: offered where the browser knows them, and what went wrong is said.
const offer = document.querySelector("[data-passkey]");
const failed = document.querySelector("[data-passkey-failed]");

if (offer && window.PublicKeyCredential) offer.hidden = false;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (failed) failed.hidden = false;
});
document.addEventListener("click", () => { if (failed) failed.hidden = true; }, true);
