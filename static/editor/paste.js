/* What word processors, mail programs and PDF readers put on the clipboard, as the structure that it stands for.
   The server does the like for what comes in without this editor (publishing/text/word.py). */

const BULLET = /^\s*[•●▪◦‣∙]\s*/;
const NUMBER = /^\s*\(?(\d{1,3}|[a-z]{1,2}|[ivxlc]+)[.)]/i;
const MARK = /^\s*([·•●▪◦‣∙§o–-]|\(?(\d{1,3}|[a-z]{1,2}|[ivxlc]+)[.)])\s+/i;
// To footnotes, comments and contents that stand in the document and not here
const OWN_PLACE = /#(_(ftn|edn|toc|hlk|ref|msocom)|cmnt|ftnt|sd(foot|end)note)\w*$/i;
const NEVER_SHOWN = "script, style, title, meta, link, xml, del, .msoDel, .MsoCommentReference, [class^=MsoToc], " +
  ["mso-element:comment", "display:none", "mso-hide:all"].map((style) => `[data-style*="${style}"]`).join(", ");

const make = (name, ...children) => {
  const element = document.createElement(name);
  element.append(...children);
  return element;
};
const styleOf = (element) => element.dataset.style ?? "";
const unwrap = (element) => element.replaceWith(...element.childNodes);
const hasText = (node) => node.textContent.trim() !== "";

const textsIn = (element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  return texts;
};
const cutMark = (element, mark) => {
  let rest = element.textContent.match(mark)?.[0].length ?? 0;
  for (const text of textsIn(element)) {
    const cut = Math.min(rest, text.length);
    text.deleteData(0, cut);
    rest -= cut;
  }
};
const isBold = (cell) => textsIn(cell).filter(hasText).every((text) => {
  for (let at = text.parentElement; at !== cell; at = at.parentElement) {
    if (/^(B|STRONG)$/.test(at.tagName) || /font-weight:\s*(bold|[6-9]00)/.test(styleOf(at))) return true;
  }
  return false;
});

/* Links that lead through Google or Outlook lead straight; those to places of the document leave their words. */
const mendLinks = (body) => {
  for (const link of body.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (OWN_PLACE.test(href)) unwrap(link);
    else if (/^https:\/\/(www\.google\.com\/url\?|[\w.]+\.safelinks\.protection\.outlook\.com\/)/.test(href)) {
      const { searchParams } = new URL(href);
      link.setAttribute("href", searchParams.get("q") ?? searchParams.get("url") ?? href);
    }
  }
};

/* The highest headings that were pasted become headings, all below them subheadings. */
const mendHeadings = (body) => {
  for (const element of body.querySelectorAll(".MsoTitle, [role=heading], p[data-style*=mso-outline-level]")) {
    const level = Number(element.getAttribute("aria-level") ?? styleOf(element).match(/mso-outline-level:\s*(\d)/)?.[1] ?? 1);
    if (level <= 6) element.replaceWith(make(`h${level}`, ...element.childNodes));
  }
  const found = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(hasText);
  const highest = Math.min(...found.map((heading) => Number(heading.tagName[1])));
  for (const heading of found) {
    heading.querySelectorAll("b, strong, [data-style*=mso-list]").forEach((part) =>
      (/mso-list:\s*ignore/i.test(styleOf(part)) ? part.remove() : unwrap(part)));
    heading.replaceWith(make(Number(heading.tagName[1]) === highest ? "h3" : "h4", ...heading.childNodes));
  }
};

/* What a paragraph is that only looks like an item of a list. */
const asItem = (paragraph) => {
  const style = styleOf(paragraph), { list, level } = paragraph.dataset;
  if (list) return { list, level: Number(level) };
  const word = style.match(/mso-list:\s*\w+ level(\d)/i);
  if (word) {
    const mark = paragraph.querySelector("[data-style*='mso-list:Ignore' i]");
    const shown = mark?.textContent ?? paragraph.textContent.match(MARK)?.[0] ?? "";
    if (mark) mark.remove();
    else cutMark(paragraph, MARK);
    return { list: NUMBER.test(shown) ? "ol" : "ul", level: Number(word[1]) };
  }
  if (!BULLET.test(paragraph.textContent) || paragraph.closest("li")) return null;
  cutMark(paragraph, BULLET);
  return { list: "ul", level: 1 };
};
const mendLists = (body) => {
  // Word on the web makes a list of each item.
  for (const item of body.querySelectorAll(".ListContainerWrapper li")) {
    const paragraph = make("p", ...(item.querySelector("p") ?? item).childNodes);
    paragraph.dataset.list = item.parentElement.tagName.toLowerCase();
    paragraph.dataset.level = item.getAttribute("aria-level") ?? item.dataset.ariaLevel ?? "1";
    item.closest(".ListContainerWrapper").before(paragraph);
  }
  body.querySelectorAll(".ListContainerWrapper").forEach((wrapper) => wrapper.remove());
  body.querySelectorAll(":is(ul, ol) > :is(ul, ol)").forEach((list) => list.previousElementSibling?.append(list));
  let above = [];
  for (const paragraph of body.querySelectorAll("p")) {
    const item = asItem(paragraph);
    if (!item) continue;
    if (paragraph.previousElementSibling !== above[0]?.element) above = [];
    while (above.length && (above.at(-1).level > item.level || (above.at(-1).level === item.level && above.at(-1).list !== item.list))) above.pop();
    if (above.at(-1)?.level !== item.level) {
      const element = make(item.list);
      if (above.length) above.at(-1).element.lastElementChild.append(element);
      else paragraph.before(element);
      above.push({ ...item, element });
    }
    above.at(-1).element.append(make("li", make("p", ...paragraph.childNodes)));
    paragraph.remove();
  }
};

const mendTables = (body) => {
  for (const table of body.querySelectorAll("table")) {
    const cells = [...table.querySelectorAll("td, th")];
    if (cells.length === 1) { // for a frame around text
      table.replaceWith(...cells[0].childNodes);
      continue;
    }
    const rows = [...table.rows], first = [...(rows[0]?.cells ?? [])];
    const isHead = rows.length > 1 && !table.querySelector("th") && first.some(hasText) && first.every(isBold) &&
      !rows.slice(1).flatMap((row) => [...row.cells]).every(isBold);
    for (const cell of [...table.querySelectorAll("thead td"), ...(isHead ? first : [])]) {
      if (!cell.isConnected) continue;
      const heading = make("th", ...cell.childNodes);
      for (const name of ["colspan", "rowspan"]) if (cell.hasAttribute(name)) heading.setAttribute(name, cell.getAttribute(name));
      cell.replaceWith(heading);
    }
    table.querySelectorAll("th :is(b, strong)").forEach(unwrap);
    table.querySelectorAll("th [data-style]").forEach((part) => delete part.dataset.style);
  }
};

export const transformPastedHTML = (html) => {
  // The policy refuses styles in pasted text, so they are known by a copy.
  const marked = html.replace(/<style[^]*?<\/style>/gi, "").replace(/<[^>]+>/g, (tag) => tag.replace(/\s(style|on\w+)=/gi, " data-$1="));
  if (/data-pm-slice/.test(marked)) return marked; // from this editor
  const { body } = new DOMParser().parseFromString(
    marked.replace(/(<br[^>]*>\s*){2,}|<br[^>]*>\s*(?=[•●▪◦‣∙])/gi, "</p><p>"), "text/html",
  );
  body.querySelectorAll(NEVER_SHOWN).forEach((element) => element.remove());
  for (const text of textsIn(body)) text.data = text.data.replace(/[\u200b\ufeff\u00ad]/g, "").replace(/[\s\u00a0]+/g, " ");
  mendLinks(body);
  mendHeadings(body);
  mendLists(body);
  mendTables(body);
  body.querySelectorAll("p, div, li, ul, ol, h1, h2, h3, h4, h5, h6").forEach((block) => { if (!hasText(block)) block.remove(); });
  return body.innerHTML;
};

/* Of a PDF or a plain mail: lines that were broken for the width of a page are joined, each other line is a paragraph. */
const asHtml = (text) => text
  .replace(/\r\n?/g, "\n")
  .replace(/([^\n.!?:;])[ \t]*\n(?=[a-z])/g, (_, last) => (last === "-" ? "-" : `${last} `))
  .split(/\n+/)
  .map((line) => make("p", line.trim()).outerHTML)
  .join("");

export const handlePaste = (view, event) => {
  const data = event.clipboardData, text = data?.getData("text/plain") ?? "";
  if (!text.trim().includes("\n") || data.getData("text/html")) return false;
  return view.pasteHTML(asHtml(text));
};
