// Names for what the stock admin's scripts and widgets show without one.
const $ = django.jQuery;

const nameBox = (select) => {
  const [label] = select.labels;
  const box = $(select).data("select2")?.$container[0];
  if (!label || !box) return;
  label.id ||= `${select.id}_label`;
  const combobox = box.querySelector("[role=combobox]");
  const value = box.querySelector("[role=textbox]");
  combobox.setAttribute("aria-labelledby", value ? `${label.id} ${value.id}` : label.id);
  value?.removeAttribute("role"); // the combobox is the field; this is only its words
  value?.removeAttribute("aria-readonly");
  box.querySelector("[role=searchbox]")?.setAttribute("aria-labelledby", label.id);
};

const nameList = ({ target: select }) => {
  for (const part of document.querySelectorAll(".select2-container--open :is([role=searchbox], [role=listbox])")) {
    part.setAttribute("aria-labelledby", select.labels[0].id);
  }
  const combobox = document.querySelector(".select2-container--open [role=combobox]");
  combobox.setAttribute("aria-controls", combobox.getAttribute("aria-owns"));
};

const nameMoment = (input) => {
  const field = input.closest(".form-row").querySelector("label").textContent;
  input.ariaLabel = `${field} ${input.previousSibling.textContent.trim()}`;
};

const nameAll = (within) => within.querySelectorAll(".admin-autocomplete").forEach(nameBox);

$(() => nameAll(document)); // queued behind the stock script, which makes the boxes
document.addEventListener("formset:added", (event) => nameAll(event.target));
$(document).on("select2:open", nameList);
document.querySelectorAll(".datetime input").forEach(nameMoment);
window.addEventListener("load", () => {
  for (const icon of document.querySelectorAll(".help-tooltip[aria-label]")) icon.role = "img";
});
