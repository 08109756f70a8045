// Parts of a form are put in order by buttons and by dragging. Their numbers are what is saved, and can still be typed.
const numberOf = (row) => row.querySelector("input[name$='-position']");
const rowsOf = (group) => [...group.querySelectorAll(".inline-related:not(.empty-form)")].filter(numberOf);
const inOrder = (rows) => [...rows].sort((a, b) => Number(numberOf(a).value) - Number(numberOf(b).value)); // equal ones stay
const nameOf = (row) => row.querySelector(".part-title").textContent.trim();

// A part moves among those that stand under the same one, and those that stand under it move with it.
const underOf = (row) => row.dataset.under ?? "";
const siblingsOf = (group, row) => inOrder(rowsOf(group).filter((each) => underOf(each) === underOf(row)));
const withSubparts = (group, row) => [row, ...rowsOf(group).filter((each) => row.dataset.part && underOf(each) === row.dataset.part)];

// The same numbers as before as far as they can be, so that nothing changes but what was moved.
const renumber = (rows) => {
  const numbers = rows.map((row) => Number(numberOf(row).value)).sort((a, b) => a - b);
  rows.forEach((row, n) => {
    if (n && numbers[n] <= numbers[n - 1]) numbers[n] = numbers[n - 1] + 1;
    numberOf(row).value = row.querySelector(".part-number").textContent = numbers[n];
  });
};

const put = (group, rows, row) => {
  const anchor = document.createComment("");
  const [first] = rowsOf(group).filter((each) => rows.includes(each));
  first.before(anchor);
  anchor.after(...rows.flatMap((each) => withSubparts(group, each)));
  anchor.remove();
  renumber(rows);
  group.querySelector(".reorder-said").textContent = `“${nameOf(row)}” is now number ${rows.indexOf(row) + 1} of ${rows.length}. Save to keep this order.`;
};

const move = (group, row, by) => {
  const rows = siblingsOf(group, row);
  const from = rows.indexOf(row);
  const to = Math.min(Math.max(from + by, 0), rows.length - 1);
  rows.splice(to, 0, ...rows.splice(from, 1));
  put(group, rows, row);
};

const button = (group, row, words, by) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: by < 0 ? "↑" : "↓", title: words });
  made.addEventListener("focus", () => { made.ariaLabel = `${words}: ${nameOf(row)}`; });
  made.ariaLabel = `${words}: ${nameOf(row)}`;
  made.addEventListener("click", () => {
    move(group, row, by);
    made.focus(); // which it loses when its row moves
    row.scrollIntoView({ block: "nearest" });
  });
  return made;
};

const handle = (group, row) => {
  const grip = document.createElement("span");
  Object.assign(grip, { className: "reorder-grip", textContent: "⠿", ariaHidden: "true", title: "Drag to another place" });
  grip.addEventListener("pointerdown", (down) => {
    down.preventDefault();
    grip.setPointerCapture(down.pointerId);
    row.classList.add("reorder-moved");
  });
  grip.addEventListener("pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    const rows = rowsOf(group).filter((each) => underOf(each) === underOf(row));
    const here = rows.indexOf(row);
    const to = rows.filter((each) => each !== row && each.getBoundingClientRect().top + 30 < event.clientY).length;
    if (to === here) return;
    rows.splice(to, 0, ...rows.splice(here, 1));
    put(group, rows, row);
    grip.setPointerCapture(event.pointerId);
  });
  for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => row.classList.remove("reorder-moved"));
  return grip;
};

const equip = (group, row) => {
  const tools = document.createElement("span");
  tools.className = "reorder";
  tools.append(button(group, row, "Move up", -1), button(group, row, "Move down", 1), handle(group, row));
  row.querySelector(":scope > .part-tools").append(tools);
};

for (const group of document.querySelectorAll(".inline-group")) {
  if (!group.querySelector(".empty-form input[name$='-position']") && !rowsOf(group).length) continue;
  const said = document.createElement("p");
  Object.assign(said, { className: "reorder-said", role: "status" });
  group.querySelector(".parts-head").after(said);
  rowsOf(group).forEach((row) => equip(group, row));
  group.addEventListener("formset:added", ({ target: row }) => equip(group, row));
  // A new part goes last once something is typed into it; an empty one stays as it is, so that it is not saved.
  group.addEventListener("input", ({ target }) => {
    const row = target.closest(".inline-related:not(.has_original)");
    const number = row && numberOf(row);
    if (!number || target === number || number.value !== number.defaultValue || row.dataset.placed) return;
    row.dataset.placed = "yes";
    number.value = Math.max(0, ...rowsOf(group).filter((each) => each !== row).map((each) => Number(numberOf(each).value))) + 1;
  });
}
