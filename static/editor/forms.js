// Forms of the admin: a page with unsaved changes asks before it is left, a second click sends nothing more, and the
// list of what is wrong leads to the fields. Without this the server still saves once and keeps what was typed.
const forms = [...document.querySelectorAll("#content form[method=post]:not(#changelist-form, #login-form)")];
const texts = new WeakMap(); // what each rich text looked like when the form was opened: undoing a change makes it equal
const sentAt = new WeakMap();

const boxOf = (field) => field.previousElementSibling?.querySelector?.(".ProseMirror");

const isChanged = (field) => {
  if (!field.name || field.type === "hidden" || field.name.includes("__prefix__")) return false;
  if (field.type === "file") return field.files.length > 0;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    const options = [...field.options];
    const isGiven = options.some((option) => option.defaultSelected);
    const isFirst = (option) => !field.multiple && !isGiven && option === field.options[0]; // which a browser then chooses
    return options.some((option) => option.value && option.selected !== (option.defaultSelected || isFirst(option)));
  }
  if ("defaultValue" in field && field.value !== field.defaultValue) {
    return texts.has(field) ? boxOf(field).innerHTML !== texts.get(field) : field.value !== "<p></p>" || field.defaultValue !== "";
  }
  return false;
};

// What was sent and refused is in the fields again, and saved nowhere.
const isUnsaved = (form) => Boolean(form.querySelector("[data-refused]")) || [...form.elements].some(isChanged);

// The bar says what the question at the end would be about. It is worked out a moment after the last key.
let wait;
const sayUnsaved = () => {
  for (const said of document.querySelectorAll(".unsaved")) {
    const words = isUnsaved(said.closest("form")) ? "Unsaved changes" : "";
    if (said.textContent !== words) said.textContent = words;
  }
};
const soon = () => { clearTimeout(wait); wait = setTimeout(sayUnsaved, 300); };
for (const event of ["input", "change", "formset:added", "formset:removed"]) document.addEventListener(event, soon);
window.django?.jQuery(document).on("change", soon); // of the choosers, which tell only jQuery

const seconds = (form) => (Date.now() - (sentAt.get(form) ?? -Infinity)) / 1000;

window.addEventListener("beforeunload", (event) => {
  if (forms.some((form) => isUnsaved(form) && seconds(form) > 1)) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.submitter?.formTarget) return;
  if (seconds(form) < 10) event.preventDefault(); // after that the first may have been lost on its way
  else sentAt.set(form, Date.now());
});

window.addEventListener("pageshow", () => forms.forEach((form) => sentAt.delete(form))); // come back to by "Back"

window.addEventListener("load", () => {
  for (const form of forms) {
    for (const field of form.querySelectorAll("textarea[data-richtext]")) {
      if (boxOf(field)) texts.set(field, boxOf(field).innerHTML);
    }
  }
  document.getElementById("problems")?.focus();
  sayUnsaved();
});

document.getElementById("problems")?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.hash?.slice(1) ?? "");
  if (!field) return;
  event.preventDefault();
  for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  const label = field.labels?.[0];
  (label ?? field).scrollIntoView({ block: "center" });
  if (field.hidden) label?.click(); // the rich text that stands for it
  else field.focus();
});
