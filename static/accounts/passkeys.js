// Passkeys: the browser asks its owner for one, and the form that the button stands in carries the answer. Without
// this, or without passkeys in the browser, the button stays hidden and the other ways are there.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));

const CANCELLED = "No passkey was used. Try again, or go another way.";
const HERE_ALREADY = "This device has a passkey for you already.";
const NOT_HERE = "This browser can’t use passkeys here. Go another way.";
const words = { InvalidStateError: HERE_ALREADY, SecurityError: NOT_HERE, NotSupportedError: NOT_HERE };

const forBrowser = ({ publicKey: asked }) => ({
  publicKey: {
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    ...(asked.excludeCredentials && { excludeCredentials: known(asked.excludeCredentials) }),
    ...(asked.allowCredentials && { allowCredentials: known(asked.allowCredentials) }),
  },
});

const forServer = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const optionsFor = async ({ dataset }) => {
  if (!dataset.options) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(dataset.options, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
};

for (const button of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const form = button.form;
  const said = form.querySelector(".passkey-said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    try {
      const options = await optionsFor(button);
      const credential = await navigator.credentials[button.dataset.passkey](forBrowser(options));
      form.elements.credential.value = JSON.stringify(forServer(credential));
    } catch (error) {
      said.textContent = words[error.name] ?? CANCELLED;
      return;
    }
    if (button.dataset.options) form.action = button.dataset.options;
    if (form.elements.password) form.elements.password.value = "";
    form.noValidate = true;
    form.requestSubmit();
  });
}
for (const without of document.querySelectorAll("[data-without-passkeys]")) without.hidden = Boolean(window.PublicKeyCredential);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
