/* Passkeys, and nothing else: the browser's answer goes into the form, and the form is sent. */
"use strict";

(() => {
  const FAILED = "Your browser could not use a passkey here. Try again, or use another way.";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const withBytes = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const asked = (given) => ({
    ...given,
    challenge: bytes(given.challenge),
    ...(given.user && { user: { ...given.user, id: bytes(given.user.id) } }),
    excludeCredentials: withBytes(given.excludeCredentials),
    allowCredentials: withBytes(given.allowCredentials),
  });

  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const answer = (made) =>
    JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      clientExtensionResults: {},
      response: Object.fromEntries(
        PARTS.filter((part) => made.response[part]).map((part) => [part, text(made.response[part])]),
      ),
    });

  const use = async (form) => {
    const told = form.querySelector("[role=status]");
    told.textContent = "";
    try {
      const publicKey = asked(JSON.parse(form.dataset.options));
      const made = await navigator.credentials[form.dataset.what]({ publicKey });
      form.elements.credential.value = answer(made);
      form.submit();
    } catch {
      told.textContent = FAILED;
    }
  };

  if (!window.PublicKeyCredential) {
    return;
  }
  document.querySelector(".no-passkeys")?.remove();
  for (const form of document.querySelectorAll("form.passkey")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form);
    });
  }
})();
