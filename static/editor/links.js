import { crel } from "../django_prose_editor/editor.js";

export const isAllowed = (href) => /^((https?|mailto|tel):|\/(?![/\\])|#)/i.test(href);

/* What was typed as a whole address; nothing if it can't be one. */
const asAddress = (typed) => {
  if (isAllowed(typed)) return typed;
  if (/^[^/\s:]+@[^/\s:]+$/.test(typed)) return `mailto:${typed}`;
  return /^[^/\s:@]+\.[^/\s:@.]+(:\d+)?(\/\S*)?$/.test(typed) ? `https://${typed}` : "";
};

const inWords = ({ title, kind, state }) => `“${title}” (${state ? `${kind}, ${state}` : kind})`;
const NOT_PUBLIC = "It is not public yet: until it is, readers see the words without a link.";
let dialogs = 0;

/* Asks for where a link is to lead, with the site's own records to choose from. Gives { address, title } or null. */
export const askForLink = (url, present) => new Promise((resolve) => {
  const id = `link-${++dialogs}`;
  const input = crel("input", {
    id, type: "text", role: "combobox", autocomplete: "off", spellcheck: false, value: present,
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-help`,
  });
  const list = crel("ul", { id: `${id}-list`, role: "listbox", "aria-label": "Pages and documents", hidden: true });
  const status = crel("p", { role: "status" });
  const save = crel("button", { type: "button", textContent: "Save" });
  const cancel = crel("button", { type: "button", textContent: "Cancel" });
  const help = crel("span", {
    id: `${id}-help`,
    textContent: "Type words of its title and choose, or give an address such as https://www.gov.uk/ or name@example.org. Empty: no link.",
  });
  const dialog = crel("dialog", { className: "link-dialog", "aria-label": "Link" }, [
    crel("h3", { textContent: "Link" }),
    crel("label", { htmlFor: id, textContent: "Page, document or address" }), help, input, list, status, save, cancel,
  ]);
  let found = [], active = -1, chosen = null, answer = null, asking, timer;

  const show = (options) => {
    found = options;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...found.map((each, n) => {
      const option = crel("li", { id: `${id}-${n}`, role: "option", "aria-selected": "false" }, [
        crel("span", { textContent: each.title }), crel("span", { textContent: each.state ? `${each.kind}, ${each.state}` : each.kind }),
      ]);
      option.addEventListener("mousedown", (event) => event.preventDefault()); // or the box loses the keyboard
      option.addEventListener("click", () => choose(n));
      return option;
    }));
    list.hidden = !found.length;
    input.ariaExpanded = String(!list.hidden);
  };
  const search = async (query) => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const response = await fetch(`${url}?${new URLSearchParams({ q: query })}`, { signal, headers: { Accept: "application/json" } });
      if (response.redirected || !response.ok) throw new Error();
      return (await response.json()).links;
    } catch {
      if (!signal.aborted) status.textContent = "The search does not work now. Perhaps you are no longer signed in. You can still give an address.";
      return null;
    }
  };
  const choose = (n) => {
    chosen = found[n];
    input.value = chosen.address;
    status.textContent = `Leads to ${inWords(chosen)}.${chosen.state ? ` ${NOT_PUBLIC}` : ""}`;
    show([]);
    input.focus();
  };
  const mark = (n) => {
    [...list.children].forEach((option, at) => { option.ariaSelected = String(at === n); });
    active = n;
    input.setAttribute("aria-activedescendant", `${id}-${n}`);
    list.children[n].scrollIntoView({ block: "nearest" });
  };
  // At once, and not when the browser tells of the close: keys typed until then would go to the start of the text.
  const end = () => {
    clearTimeout(timer);
    asking?.abort();
    dialog.close();
    dialog.remove();
    resolve(answer);
  };
  const finish = () => {
    const typed = input.value.trim(), address = asAddress(typed);
    if (typed && !address) {
      status.textContent = found.length ? "Choose one of the list, or give a whole address." : `Nothing of this site was found by “${typed}”, and it is no address that a link can have.`;
      return;
    }
    answer = { address, title: chosen?.address === address ? chosen.title : typed };
    end();
  };

  input.addEventListener("input", () => {
    chosen = null;
    clearTimeout(timer);
    const query = input.value.trim();
    if (query.length < 2) {
      show([]);
      status.textContent = "";
      return;
    }
    timer = setTimeout(async () => {
      const links = await search(query);
      if (!links) return;
      show(links);
      if (links.length) status.textContent = `${links.length} found. Choose with the arrow keys and Enter.`;
      else status.textContent = asAddress(query) ? "" : "Nothing found by these words.";
    }, 250);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) mark((active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length);
    else if (event.key === "Enter") { if (active < 0) finish(); else choose(active); }
    else if (event.key === "Escape" && found.length) show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  save.addEventListener("click", finish);
  cancel.addEventListener("click", end);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end();
  });
  dialog.addEventListener("close", end); // by a phone's own way back
  document.body.append(dialog);
  dialog.showModal();
  input.select();
  if (present.startsWith("/")) {
    search(present).then((links) => { if (links?.length && !chosen) status.textContent = `Leads to ${inWords(links[0])}.`; });
  }
});
