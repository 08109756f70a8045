// Parts of a form, a line each: the line follows what is typed, all open or close at once, and what a link leads to opens.
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric" });
const TITLES = "input[type=text], input[type=date], textarea, select";

// What its first field says that is neither a number, a time nor an address.
const titleOf = (row) => {
  const fields = [...row.querySelectorAll(TITLES)].filter((field) => !/-(position|slug|anchor)$/.test(field.name));
  const [field] = fields;
  if (!field?.value) return "";
  if (field.type === "date") return day.format(new Date(`${field.value}T12:00`)).replace(",", "");
  return (field.options ? field.selectedOptions[0].textContent : field.value).trim();
};

const follow = (row) => {
  const line = row.querySelector(":scope > .part .part-title");
  const title = titleOf(row);
  if (!title || line.textContent === title) return;
  line.textContent = title;
  line.classList.remove("inline_label"); // in which the stock script counts
};

const open = (within) => {
  for (let each = within.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
};

const allAtOnce = (group, parts) => {
  const name = group.querySelector(".inline-heading").firstChild.textContent.trim().toLowerCase();
  const button = document.createElement("button");
  const say = () => {
    button.textContent = parts().every((part) => part.open) ? "Close all" : "Open all";
    button.ariaLabel = `${button.textContent}: ${name}`;
  };
  Object.assign(button, { type: "button", className: "open-all" });
  button.addEventListener("click", () => {
    const isToOpen = parts().some((part) => !part.open);
    for (const part of parts()) part.open = isToOpen;
  });
  group.addEventListener("toggle", say, true);
  say();
  group.querySelector(".parts-head").append(button);
};

for (const group of document.querySelectorAll(".inline-group:has(.parts-head)")) {
  const typed = ({ target }) => {
    const row = target.closest(".inline-related");
    if (row) follow(row);
  };
  group.addEventListener("input", typed);
  group.addEventListener("change", typed);
  window.django?.jQuery(group).on("change", typed); // of the choosers, which tell only jQuery
  group.addEventListener("formset:added", ({ target }) => target.querySelector(TITLES)?.focus());
  const parts = () => [...group.querySelectorAll(".inline-related:not(.empty-form) > .part")];
  parts().filter((part) => part.open).forEach((part) => follow(part.parentElement)); // what was typed and refused
  if (parts().length > 2) allAtOnce(group, parts);
}

const arrive = () => {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there?.closest("form")) return;
  open(there.querySelector(":scope > .part > summary") ?? there);
  (there.hidden ? there.parentElement : there).scrollIntoView({ block: "center" });
};
window.addEventListener("hashchange", arrive);
arrive();

// On a phone the groups about the record are lines too, but for those with something to mend.
if (matchMedia("(max-width: 47.99rem)").matches) {
  for (const group of document.querySelectorAll(".side .group:not(:has(.errors, .errorlist))")) group.open = false;
}
