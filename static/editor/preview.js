// Shows the preview on the form's own page; without this script it opens in a new tab.
for (const button of document.querySelectorAll("[data-preview]")) {
  const panel = document.getElementById(button.dataset.preview);
  button.formTarget = panel.querySelector("iframe").name;
  button.addEventListener("click", () => {
    panel.hidden = false;
    panel.querySelector("h2").focus({ preventScroll: true });
    panel.scrollIntoView(); // from its top: a focus alone leaves it at the lower edge
  });
}
