// An address in the admin is selected when it is reached, and has a button to copy it. Without this it is still text.
for (const field of document.querySelectorAll("[data-copy]")) {
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue; // an http: site; Ctrl+C still works
  const button = document.createElement("button");
  const said = document.createElement("output");
  Object.assign(button, { type: "button", textContent: "Copy" });
  button.setAttribute("aria-describedby", field.id);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "Copied";
  });
  button.addEventListener("blur", () => { said.textContent = ""; });
  field.after(button, said);
}
