import {
  Blockquote, Bold, BulletList, Document, Editor, Gapcursor, HardBreak, Heading, History, Italic, Link, ListItem,
  Node, OrderedList, Paragraph, Table, TableCell, TableHeader, TableRow, Text, crel, initializeEditors, updateAttrsDialog,
} from "../django_prose_editor/editor.js";
import { advise } from "./advice.js";
import { askForLink, isAllowed } from "./links.js";
import { askForShown } from "./shown.js";
import { pasting } from "./paste.js";

// The server is the judge of what is kept (publishing/text/sanitise.py); this schema only spares officers surprises.
const inCell = { content: "(paragraph | bulletList | orderedList)+" };
/* A picture or a contact card: a paragraph of one link, of which the words are for officers. Moved and deleted whole. */
const Shown = Node.create({
  name: "shown", group: "block", atom: true, draggable: true,
  addAttributes: () => ({ address: { rendered: false }, words: { rendered: false } }),
  parseHTML: () => [{
    tag: "p",
    priority: 60,
    getAttrs: (p) => {
      const link = p.children.length === 1 && p.querySelector(':scope > a[href^="show:"]');
      const isAlone = link && link.textContent === p.textContent;
      return isAlone ? { address: link.getAttribute("href"), words: link.textContent } : false; // null would be a match
    },
  }],
  renderHTML: ({ node: { attrs: { address, words } } }) => ["p", ["a", { href: address }, words]],
});
/* A note that is set apart. */
const Callout = Node.create({
  name: "callout", group: "block", content: "block+", defining: true,
  parseHTML: () => [{ tag: "aside" }],
  renderHTML: () => ["aside", 0],
});
const extensions = [
  Blockquote, Bold, BulletList, Callout, Document, Gapcursor, HardBreak, History, Italic, ListItem, Shown, TableRow, Text,
  Paragraph.extend({
    addAttributes: () => ({
      as: {
        default: null, keepOnSplit: false, parseHTML: (p) => p.dataset.as ?? null,
        renderHTML: ({ as }) => (as ? { "data-as": as } : {}),
      },
    }),
  }),
  Heading.extend({
    parseHTML: () => [3, 3, 3, 4, 4, 4].map((level, i) => ({ tag: `h${i + 1}`, attrs: { level } })),
  }).configure({ levels: [3, 4] }),
  Link.configure({
    autolink: false,
    enableTarget: false,
    isAllowedUri: isAllowed,
  }),
  OrderedList.extend({
    addNodeView: null,
    addAttributes() {
      // As the text has it: a, A, i or I. The second is for richtext.css, to which the first says nothing of capitals.
      const type = {
        default: null, parseHTML: (list) => list.getAttribute("type"),
        renderHTML: ({ type: kind }) => (kind ? { type: kind, "data-type": kind } : {}),
      };
      return { ...this.parent?.(), type };
    },
  }).configure({ enableListAttributes: false }),
  Table.extend({
    addNodeView: null, // the library's own sets style attributes, which the policy refuses
    addAttributes() {
      return { ...this.parent?.(), caption: { default: "", rendered: false, parseHTML: (table) => table.caption?.textContent } };
    },
    parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
    renderHTML: ({ node: { attrs: { caption } } }) =>
      ["table", ...(caption ? [["caption", { contenteditable: "false" }, caption]] : []), ["tbody", 0]],
    addKeyboardShortcuts() {
      // The library's Tab adds a row after the last cell for ever, and the keyboard never gets out.
      return { ...this.parent?.(), Tab: () => this.editor.commands.goToNextCell() };
    },
  }),
  TableCell.extend(inCell),
  TableHeader.extend({ ...inCell, addAttributes() { return { ...this.parent?.(), scope: { default: null } }; } }),
];

const ask = async (editor, title, properties, values) => {
  const answer = updateAttrsDialog(properties, { title, submitText: "Save" })(editor, values);
  editor.view.dom.parentElement.querySelector("dialog").ariaLabel = title;
  return answer;
};

const editLink = async (editor) => {
  // Where the officer was. When the dialog closes, a busy browser may have put the caret at the start by then.
  const place = editor.state.selection.getBookmark();
  const answer = await askForLink(editor.linksUrl, editor.getAttributes("link").href ?? "");
  editor.view.dispatch(editor.state.tr.setSelection(place.resolve(editor.state.doc)));
  editor.view.focus(); // at once, so that what is typed next goes there too
  if (!answer) return;
  const { address, title } = answer;
  const chain = editor.chain().extendMarkRange("link");
  if (!address) chain.unsetLink().run();
  else if (!editor.state.selection.empty || editor.isActive("link")) chain.setLink({ href: address }).run();
  else chain.insertContent({ type: "text", text: title, marks: [{ type: "link", attrs: { href: address } }] }).run();
};

/* A link alone in its paragraph becomes a button, and back; without a link, that is asked for first. */
const toggleButton = async (editor) => {
  const isButton = editor.isActive("paragraph", { as: "button" });
  if (!isButton && !editor.isActive("link")) await editLink(editor);
  editor.chain().focus().updateAttributes("paragraph", { as: isButton ? null : "button" }).run();
};

const showSomething = async (editor) => {
  const place = editor.state.selection.getBookmark();
  const chosen = await askForShown(editor.shownUrl);
  editor.view.dispatch(editor.state.tr.setSelection(place.resolve(editor.state.doc)));
  editor.view.focus();
  if (!chosen) return;
  // after what is selected, and with a paragraph behind it, so that what is typed next replaces neither
  editor.chain().insertContentAt(editor.state.selection.to, [{ type: "shown", attrs: chosen }, { type: "paragraph" }]).run();
};

const editCaption = async (editor) => {
  const answer = await ask(editor, "Table caption", { caption: { title: "Caption" } }, editor.getAttributes("table"));
  editor.chain().focus().updateAttributes("table", answer ?? {}).run();
};

// [label, command of the editor or function, its argument, what makes the button look pressed]
const textButtons = [
  ["Bold", "toggleBold", undefined, ["bold"]],
  ["Italic", "toggleItalic", undefined, ["italic"]],
  ["Heading", "toggleHeading", { level: 3 }, ["heading", { level: 3 }]],
  ["Subheading", "toggleHeading", { level: 4 }, ["heading", { level: 4 }]],
  ["Bullets", "toggleBulletList", undefined, ["bulletList"]],
  ["Numbers", "toggleOrderedList", undefined, ["orderedList"]],
  ["Quote", "toggleBlockquote", undefined, ["blockquote"]],
  ["Callout", "toggleWrap", "callout", ["callout"]],
  ["Link", editLink, undefined, ["link"]],
  ["Button", toggleButton, undefined, ["paragraph", { as: "button" }]],
  ["Picture or card", showSomething],
  ["Table", "insertTable", { rows: 3, cols: 2, withHeaderRow: true }],
  ["Undo", "undo"],
  ["Redo", "redo"],
];
const tableButtons = [
  ["Add row", "addRowAfter"],
  ["Delete row", "deleteRow"],
  ["Add column", "addColumnAfter"],
  ["Delete column", "deleteColumn"],
  ["Heading row", "toggleHeaderRow"],
  ["Heading column", "toggleHeaderColumn"],
  ["Caption", editCaption],
  ["Delete table", "deleteTable"],
];

const createButton = (editor, [label, command, argument, pressed]) => {
  const button = crel("button", { type: "button", tabIndex: -1, textContent: label });
  button.addEventListener("click", () => {
    editor.view.focus(); // at once; the chain's own focus() comes a frame later, and keys typed until then would press the button
    if (typeof command === "function") command(editor);
    else editor.chain().focus()[command](argument).run();
  });
  if (pressed) editor.on("transaction", () => { button.ariaPressed = editor.isActive(...pressed); });
  return button;
};

const createToolbar = (editor, name) => {
  const buttons = textButtons.map((definition) => createButton(editor, definition));
  const tableTools = crel("div", { role: "group", "aria-label": "Table" }, tableButtons.map((definition) => createButton(editor, definition)));
  const toolbar = crel("div", { role: "toolbar", "aria-label": `Formatting: ${name}` }, [...buttons, tableTools]);
  editor.on("transaction", () => { tableTools.hidden = !editor.isActive("table"); });
  buttons[0].tabIndex = 0; // one stop for Tab; the arrow keys do the rest
  toolbar.addEventListener("keydown", (event) => {
    const shown = [...toolbar.querySelectorAll("button")].filter((button) => button.checkVisibility());
    const here = shown.indexOf(document.activeElement);
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    shown.at(next % shown.length).focus();
  });
  return toolbar;
};

initializeEditors((textarea) => {
  const label = textarea.labels[0];
  const name = label?.textContent.trim().replace(/:$/, "") ?? "Text";
  const attributes = { role: "textbox", "aria-multiline": "true", "aria-label": name };
  for (const attribute of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(attribute)) attributes[attribute] = textarea.getAttribute(attribute);
  }
  if (label?.classList.contains("required")) attributes["aria-required"] = "true";
  const element = crel("div", { className: "richtext" });
  const remark = crel("p", { role: "status", className: "richtext-remark" });
  const say = (remarks) => { remark.textContent = remarks.join(" "); };
  textarea.before(element);
  const editor = new Editor({
    element,
    extensions,
    content: textarea.value,
    injectCSS: false, // the policy refuses the style element; richtext.css has what it held
    editorProps: { attributes, ...pasting(textarea, () => editor, say) },
    onUpdate: () => {
      textarea.value = editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  editor.linksUrl = textarea.dataset.links;
  editor.shownUrl = textarea.dataset.shown;
  element.prepend(createToolbar(editor, name));
  element.append(remark, advise(editor, textarea));
  editor.view.dispatch(editor.state.tr); // sets the buttons to their first state
  label?.addEventListener("click", () => editor.commands.focus());
  textarea.required = false; // a browser can't point at a hidden box
  textarea.hidden = true;
  const arrive = () => {
    if (location.hash === `#${textarea.id}`) editor.view.focus(); // from advice on a saved text
  };
  window.addEventListener("hashchange", arrive);
  arrive();
}, "textarea[data-richtext]");
