import { crel } from "../django_prose_editor/editor.js";

/* Under the editor: what the site advises on the text (publishing/text/readability.py), asked for once an officer is in it. */
export const advise = (editor, textarea) => {
  const status = crel("p", { role: "status" }), groups = crel("div");
  const panel = crel("div", { className: "richtext-advice" }, [status, groups]);
  const token = textarea.form.elements.csrfmiddlewaretoken;
  let timer, judged, asking;

  const positions = ({ block, start, end }) => {
    let number = -1, found = null;
    editor.state.doc.descendants((node, position) => {
      if (node.isTextblock && ++number === block) found = { from: position + 1 + start, to: position + 1 + Math.min(end, node.content.size) };
      return !node.isTextblock;
    });
    return found;
  };
  const show = (advice) => {
    const count = advice.reduce((sum, group) => sum + group.count, 0);
    const words = count ? `${count} ${count === 1 ? "thing" : "things"} to look at in this text` : "No advice on this text";
    if (status.textContent !== words) status.textContent = words; // said once, not after each word typed
    const open = new Set([...groups.querySelectorAll("[open] b")].map((title) => title.textContent));
    groups.replaceChildren(...advice.map(({ title, why, how, is_error: isError, count: all, findings }) =>
      crel("details", { open: open.has(title) }, [
        crel("summary", {}, [crel("b", { textContent: title }), ` (${all})`, isError ? " must be mended before you can save" : ""]),
        crel("p", { textContent: `${why} ${how}` }),
        crel("ul", {}, findings.map((finding) => {
          const label = finding.words.length > 70 ? `${finding.words.slice(0, 70)}…` : finding.words;
          const button = crel("button", { type: "button", textContent: `Go to “${label}”` });
          button.addEventListener("click", () => {
            const place = positions(finding);
            editor.view.focus();
            if (place) editor.chain().setTextSelection(place).scrollIntoView().run();
          });
          return crel("li", {}, [button]);
        })),
      ])));
  };
  const ask = async () => {
    const html = editor.getHTML();
    if (html === judged) return;
    judged = html;
    asking?.abort();
    asking = new AbortController();
    try {
      const response = await fetch(textarea.dataset.advice, {
        method: "POST", signal: asking.signal, body: new URLSearchParams({ html }), headers: { "X-CSRFToken": token.value },
      });
      if (response.ok && !response.redirected) show((await response.json()).groups);
    } catch { /* advice can wait; it is given again after saving */ }
  };
  editor.on("focus", ask);
  editor.on("update", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 1000);
  });
  return panel;
};
