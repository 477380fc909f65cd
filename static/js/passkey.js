// Passkeys: offered where the browser knows them, and what went wrong is said.
const failed = document.querySelector("[data-passkey-failed]");
const fail = (is) => { if (failed) failed.hidden = !is; };

for (const offer of document.querySelectorAll("[data-passkey], [data-unlock-key]")) {
  if (window.PublicKeyCredential) offer.hidden = false;
}

// Signing in: the library's script says what failed.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  fail(true);
});

// Unlocking.
for (const form of document.querySelectorAll("form[data-unlock-key]")) {
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    fail(false);
    try {
      const answer = await fetch(form.dataset.unlockKey, { headers: { Accept: "application/json" } });
      const credential = await window.webauthnJSON.get(await answer.json());
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      fail(true);
      form.dispatchEvent(new CustomEvent("form:ready", { bubbles: true }));
    }
  });
}
