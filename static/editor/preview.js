// Shows the preview on the form's own page; without this script it opens in a new tab. Where there is room for both it
// stands beside the form, follows what is typed, and is there again on the next form until it is closed.
const KEPT = "preview-beside"; // for this tab
const PAUSE = 1_200; // milliseconds after the last key
const PATIENCE = 20_000; // after which the next one is asked for all the same
const beside = matchMedia("(min-width: 100rem)");
let number = 0;

// What the frame shows; null for what is no page of this site, such as a browser's own words that nothing came.
const shownIn = (frame) => {
  try { return frame.contentDocument?.body?.childElementCount ? frame.contentWindow : null; } catch { return null; }
};

const isEmpty = (frame) => {
  try { return frame.contentWindow.location.href === "about:blank"; } catch { return false; }
};

const equip = (button) => {
  const { form } = button;
  const panel = document.getElementById(button.dataset.preview);
  const said = panel.querySelector(".preview-said");
  const opening = () => !panel.hidden && beside.matches;
  let frame = panel.querySelector("iframe");
  let coming = null; // the frame whose page is on its way: one at a time
  let isLate = false; // something was typed since that was asked for
  let pause, patience;

  // The new page comes in a frame of its own, in front of the old one once it is there: nothing flickers, and the
  // browser's way back does not lead through each of them.
  const expect = () => {
    coming?.remove();
    coming = frame.cloneNode();
    coming.name = `${frame.name}-${number += 1}`;
    coming.classList.add("is-coming");
    coming.addEventListener("load", arrived);
    frame.after(coming);
    button.formTarget = coming.name;
    isLate = false;
    clearTimeout(pause);
    clearTimeout(patience);
    patience = setTimeout(given, PATIENCE);
    said.textContent = "Bringing it up to date …";
  };

  const arrived = ({ target }) => {
    if (target !== coming || isEmpty(target)) return;
    const top = shownIn(frame)?.scrollY ?? 0;
    coming.classList.remove("is-coming");
    coming.name = frame.name;
    frame.remove();
    [frame, coming] = [coming, null];
    clearTimeout(patience);
    const page = shownIn(frame);
    said.textContent = page ? "As typed; nothing is saved" : "It can’t be shown just now. What you typed is still here.";
    page?.scrollTo(0, top); // where the officer was looking
    if (isLate) follow();
  };

  const given = () => {
    said.textContent = "It can’t be shown just now. What you typed is still here.";
    coming?.remove();
    coming = null;
    if (isLate) follow();
  };

  const ask = () => {
    if (!opening()) return;
    expect();
    form.requestSubmit(button);
  };

  const follow = () => {
    clearTimeout(pause);
    isLate = true;
    if (!opening() || coming) return;
    if ([...form.elements].some((field) => field.type === "file" && field.files.length)) {
      said.textContent = "Press “Preview” to see it with the chosen file.";
      return; // which would be sent with every few words
    }
    pause = setTimeout(ask, PAUSE);
  };

  button.addEventListener("click", () => {
    expect();
    panel.hidden = false;
    sessionStorage.setItem(KEPT, "yes");
    if (beside.matches) return;
    panel.querySelector("h2").focus({ preventScroll: true });
    panel.scrollIntoView(); // from its top: a focus alone leaves it at the lower edge
  });
  panel.querySelector("[data-close-preview]").addEventListener("click", () => {
    panel.hidden = true;
    sessionStorage.removeItem(KEPT);
    clearTimeout(pause);
    button.focus();
  });
  for (const event of ["input", "change", "formset:removed"]) {
    form.addEventListener(event, ({ target }) => { if (!panel.contains(target)) follow(); });
  }
  window.django?.jQuery(form).on("change", follow); // of the choosers, which tell only jQuery
  if (beside.matches && sessionStorage.getItem(KEPT) && !document.getElementById("problems")) {
    panel.hidden = false;
    ask();
  }
};

document.querySelectorAll("[data-preview]").forEach(equip);
