import { crel } from "../django_prose_editor/editor.js";

const FAILED = "The pictures can’t be fetched now. Perhaps you are no longer signed in. Nothing you typed is lost.";
let dialogs = 0;

/* Asks for a picture or a contact card. Gives { address, words } or null. */
export const askForShown = (url) => new Promise((resolve) => {
  const id = `shown-${++dialogs}`;
  const select = crel("select", { id, "aria-describedby": `${id}-help` });
  const status = crel("p", { role: "status" });
  const insert = crel("button", { type: "button", textContent: "Insert" });
  const cancel = crel("button", { type: "button", textContent: "Cancel" });
  const dialog = crel("dialog", { className: "link-dialog", "aria-label": "Picture or contact card" }, [
    crel("h3", { textContent: "Picture or contact card" }),
    crel("label", { htmlFor: id, textContent: "What to show here" }),
    crel("span", {
      id: `${id}-help`,
      textContent: "A new picture is added under “Pictures”, in the list of everything on the site. A card shows what the one record says, also when that changes.",
    }),
    select, status, insert, cancel,
  ]);
  const end = (answer) => {
    dialog.close();
    dialog.remove();
    resolve(answer);
  };
  const fill = async () => {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.redirected || !response.ok) throw new Error();
      const { groups } = await response.json();
      const full = groups.filter(({ choices }) => choices.length);
      select.replaceChildren(...full.map(({ kind, choices }) =>
        crel("optgroup", { label: kind[0].toUpperCase() + kind.slice(1) }, choices.map(({ address, title }) =>
          crel("option", { value: address, textContent: title })))));
      if (!full.length) status.textContent = "There is no picture and no contact card yet.";
    } catch {
      status.textContent = FAILED;
    }
  };
  insert.addEventListener("click", () => {
    const [option] = select.selectedOptions;
    end(option ? { address: option.value, words: option.textContent } : null);
  });
  cancel.addEventListener("click", () => end(null));
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end(null);
  });
  dialog.addEventListener("close", () => resolve(null)); // by a phone's own way back
  document.body.append(dialog);
  dialog.showModal();
  fill();
});
