/* Of a PDF or a plain mail: lines that were broken for the width of a page are joined, each other line is a paragraph. */
const asHtml = (text) => text
  .replace(/\r\n?/g, "\n")
  .replace(/([^\n.!?:;])[ \t]*\n(?=[a-z])/g, (_, last) => (last === "-" ? "-" : `${last} `))
  .split(/\n+/)
  .map((line) => `<p>${line.trim().replace(/&/g, "&amp;").replace(/</g, "&lt;")}</p>`)
  .join("");

const withoutBallast = (html) => html.replace(/<!--[^]*?-->|<style[^]*?<\/style>|\ssrc="data:[^"]*"/gi, "");

/* The policy refuses styles in pasted text. */
const transformPastedHTML = (html) =>
  withoutBallast(html).replace(/<[^>]+>/g, (tag) => tag.replace(/\s(style|on\w+)=/gi, " data-$1="));

/* What is pasted or dropped from other programs is asked of the site as the structure that it stands for
   (publishing/text/paste.py), and inserted where the cursor was. A form that is saved meanwhile waits for it.
   "say" tells the officer what did not come with the words. */
export const pasting = (textarea, editorOf, say) => {
  const { form } = textarea;
  let waiting = 0, last = Promise.resolve();

  const cleaned = async (html) => {
    try {
      const response = await fetch(textarea.dataset.paste, {
        method: "POST", signal: AbortSignal.timeout(10_000), body: new URLSearchParams({ html: withoutBallast(html) }),
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      if (response.ok && !response.redirected) return await response.json();
    } catch { /* nothing that was pasted is lost: the editor makes of it what it can */ }
    return { html, remarks: [] };
  };
  /* A selection that stays with its words while others are typed, before it (-1) or after it (1). */
  const followed = ({ from, to }, side) => {
    const place = { from, to };
    const move = ({ transaction: { mapping } }) => Object.assign(place, { from: mapping.map(place.from, side), to: mapping.map(place.to, side) });
    editorOf().on("transaction", move);
    return () => {
      editorOf().off("transaction", move);
      return place;
    };
  };
  const insert = (view, html, { from, to }) => {
    const { selection } = view.state, isThere = selection.from === from && selection.to === to;
    const later = followed(selection, 1);
    if (!isThere) editorOf().commands.setTextSelection({ from, to });
    view.pasteHTML(html);
    const back = later();
    if (!isThere) editorOf().commands.setTextSelection(back);
  };
  const take = (view, data, selection) => {
    const html = data?.getData("text/html") ?? "", text = data?.getData("text/plain") ?? "";
    if (!html && !text && data?.files.length) {
      say(["A file can’t be pasted into a text. Add a picture under Pictures, then put it here with “Picture or card”; a document has a place of its own in the form."]);
      return true;
    }
    if (/data-pm-slice/.test(html) || !(html || text.trim().includes("\n"))) return false; // the editor's own; one line
    const place = followed(selection, -1), answer = cleaned(html || asHtml(text));
    waiting += 1;
    last = last.then(async () => {
      const found = await answer;
      waiting -= 1;
      if (!view.isDestroyed) insert(view, found.html, place());
      say(found.remarks);
    });
    return true;
  };
  form.addEventListener("submit", (event) => {
    if (!waiting) return;
    const { submitter } = event;
    event.preventDefault();
    event.stopPropagation();
    last.finally(() => form.requestSubmit(submitter));
  }, true);
  return {
    transformPastedHTML,
    handlePaste: (view, event) => take(view, event.clipboardData, view.state.selection),
    handleDrop: (view, event, _slice, isMoved) => {
      const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
      const isTaken = !isMoved && at !== undefined && take(view, event.dataTransfer, { from: at, to: at });
      if (isTaken) event.preventDefault();
      return isTaken;
    },
  };
};
