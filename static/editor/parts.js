// Parts of a form, a line each: the line follows what is typed, all open or close at once, and what a link leads to opens.
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric" });

const titleOf = (row) => {
  const date = row.querySelector("input[type=date][name$='-held_on']");
  if (date) return date.value && day.format(new Date(`${date.value}T12:00`)).replace(",", "");
  const partner = row.querySelector("select[name$='-partner'], select[name$='-earlier']");
  if (partner) return partner.selectedOptions[0]?.textContent.trim();
  return row.querySelector(":is(input, textarea):is([name$='-title'], [name$='-heading'], [name$='-what'], [name$='-name'], [name$='-place'])")?.value.trim();
};

const follow = (row) => {
  const title = titleOf(row);
  if (title) row.querySelector(":scope > .part .inline_label").textContent = title;
};

const open = (within) => {
  for (let each = within.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
};

for (const group of document.querySelectorAll(".inline-group")) {
  for (const event of ["input", "change"]) group.addEventListener(event, ({ target }) => {
    const row = target.closest(".inline-related");
    if (row) follow(row);
  });
  window.django?.jQuery(group).on("change", (event) => {
    const row = event.target.closest(".inline-related");
    if (row) follow(row);
  });
  group.addEventListener("formset:added", ({ target }) => {
    target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
  const parts = () => [...group.querySelectorAll(".inline-related:not(.empty-form) > .part")];
  if (parts().length < 3) continue;
  const button = document.createElement("button");
  const name = group.querySelector("h2").firstChild.textContent.trim().toLowerCase();
  const say = () => { button.textContent = parts().every((part) => part.open) ? "Close all" : "Open all"; button.ariaLabel = `${button.textContent}: ${name}`; };
  Object.assign(button, { type: "button", className: "open-all" });
  button.addEventListener("click", () => {
    const isOpen = button.textContent === "Open all";
    parts().forEach((part) => { part.open = isOpen; });
  });
  group.addEventListener("toggle", say, true);
  say();
  group.querySelector(".parts-head").append(button);
}

const arrive = () => {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (there?.closest("form")) { open(there); (there.hidden ? there.parentElement : there).scrollIntoView({ block: "center" }); }
};
window.addEventListener("hashchange", arrive);
arrive();

// On a phone the groups about publication are lines too, but for those with something to mend.
if (matchMedia("(max-width: 47.99rem)").matches) {
  for (const group of document.querySelectorAll(".side .group:not(:has(.errors, .errorlist))")) group.open = false;
}
