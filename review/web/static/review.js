// One review: criteria and notes linked both ways, keys, selections, and changes without losing one's place.
// Everything here eases what the forms and links of the page also do without it.
"use strict";
(() => {
  const { beside, isShortcut, say } = window.chartproof;

  const byId = (id) => document.getElementById(id);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ITEMS = ".criterion, tr.fact";
  let current = null; // id of the criterion, fact or procedure one is at
  let evidence = -1; // which of its quotes was shown last

  const items = () => [...document.querySelectorAll(ITEMS)];
  const marksOf = (id) => [...document.querySelectorAll("mark")].filter((mark) => mark.dataset.owners.split(" ").includes(id));
  const flash = (elements) => elements.forEach((element) => {
    element.classList.remove("flash");
    void element.offsetWidth; // restart the animation
    element.classList.add("flash");
  });
  const show = (element) => element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });

  const link = (ids) => {
    document.querySelectorAll(".linked").forEach((one) => one.classList.remove("linked"));
    ids.forEach((id) => {
      byId(id)?.classList.add("linked");
      marksOf(id).forEach((mark) => mark.classList.add("linked"));
    });
  };
  const idsAt = (element) => {
    const mark = element.closest("mark");
    if (mark) return mark.dataset.owners.split(" ");
    const back = element.closest(".back");
    if (back) return [back.dataset.go];
    const item = element.closest(ITEMS);
    return item ? [item.id] : [];
  };

  const setCurrent = (item) => {
    if (current !== item.id) evidence = -1;
    current = item.id;
    document.querySelectorAll(".current").forEach((one) => one.classList.remove("current"));
    item.classList.add("current");
    const choice = byId("cite-criterion");
    if (choice && item.dataset.criterion && !byId("cite").open) choice.value = item.dataset.criterion;
  };
  const go = (id) => {
    const item = byId(id);
    if (!item) return false;
    setCurrent(item);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    return true;
  };
  /** Show the place `anchor` in its note, with all marks of its criterion. */
  const showEvidence = (anchor) => {
    const spot = byId(anchor);
    if (!spot) return;
    show(spot);
    flash(marksOf(anchor.slice(0, anchor.lastIndexOf("-"))));
  };

  document.addEventListener("mouseover", (event) => link(idsAt(event.target)));
  document.addEventListener("focusin", (event) => {
    link(idsAt(event.target));
    const item = event.target.closest(ITEMS);
    if (item) setCurrent(item);
  });
  document.addEventListener("click", (event) => {
    const quote = event.target.closest("[data-show]");
    if (quote) {
      event.preventDefault();
      showEvidence(quote.dataset.show);
      return;
    }
    const jump = event.target.closest("[data-go]");
    if (jump) {
      if (go(jump.dataset.go)) {
        event.preventDefault();
        byId(jump.dataset.go).scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      }
      return;
    }
    const leave = event.target.closest("[data-leave]");
    if (leave) {
      closeChange(leave.closest("details"));
      return;
    }
    const mark = event.target.closest("mark");
    if (mark && getSelection().isCollapsed) go(mark.dataset.owners.split(" ")[0]);
  });

  // -- keys -----------------------------------------------------------------------------------------------------------

  const closeChange = (details) => {
    details.open = false;
    const item = details.closest(ITEMS);
    if (item) go(item.id);
  };
  const STATUS = { m: "met", n: "not_met", u: "not_documented" };

  document.addEventListener("keydown", (event) => {
    const change = event.target.closest("details.change[open]");
    if (change && event.key === "Escape") {
      event.preventDefault();
      closeChange(change);
      return;
    }
    if (change && event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea, input")) {
      event.preventDefault();
      change.querySelector("form").requestSubmit();
      return;
    }
    if (event.target.closest("#cite") && event.key === "Escape") {
      byId("cite").open = false;
      byId("notes").focus();
      return;
    }
    if (!isShortcut(event)) return;
    const list = items();
    const item = current && byId(current);
    if (event.key === "j" || event.key === "k") {
      if (list.length) go(beside(list, item, event.key === "j" ? 1 : -1).id);
    } else if (event.key === "e" && item) {
      const quotes = [...item.querySelectorAll("[data-show]")];
      if (!quotes.length) {
        say("no evidence");
        return;
      }
      evidence = (evidence + 1) % quotes.length;
      showEvidence(quotes[evidence].dataset.show);
      say(`evidence ${evidence + 1} of ${quotes.length}: ${quotes[evidence].textContent}`);
    } else if (event.key in STATUS && item?.dataset.criterion) {
      const details = item.querySelector("details.change");
      if (!details) {
        say("signed, read-only");
        return;
      }
      details.open = true;
      details.querySelector(`input[value="${STATUS[event.key]}"]`).checked = true;
      details.querySelector("textarea").focus({ preventScroll: true });
      const fits = item.offsetHeight < byId("left").clientHeight;
      (fits ? item : details).scrollIntoView({ block: "nearest" });
    } else if (event.key === "c" && byId("cite")) {
      byId("cite").open = true;
      byId("cite-words").focus();
    } else {
      return;
    }
    event.preventDefault();
  });

  // -- selections -----------------------------------------------------------------------------------------------------

  /** How many characters (not UTF-16 units) the first `units` units of `text` are; half a pair counts as its whole. */
  const characters = (text, units, upwards) => {
    let count = [...text.slice(0, units)].length;
    const inside = units > 0 && units < text.length && /[\uD800-\uDBFF]/.test(text[units - 1]) && /[\uDC00-\uDFFF]/.test(text[units]);
    if (inside && !upwards) count -= 1;
    return count;
  };
  /** The offset into the note of a place in the page: counted from the piece it lies in, or the border between pieces. */
  const offsetOf = (text, node, units, upwards) => {
    const piece = node.nodeType === Node.TEXT_NODE && node.parentElement.closest("[data-start]");
    if (piece) return Number(piece.dataset.start) + characters(node.data, units, upwards);
    const place = document.createRange();
    place.setStart(node, units);
    let end = 0;
    for (const one of text.querySelectorAll("[data-start]")) {
      if (place.comparePoint(one, 0) > 0) return Number(one.dataset.start);
      end = Number(one.dataset.start) + [...one.textContent].length;
    }
    return end;
  };
  const lengthOf = (text) => {
    const last = [...text.querySelectorAll("[data-start]")].at(-1);
    return last ? Number(last.dataset.start) + [...last.textContent].length : 0;
  };
  const wordsOf = (text) => [...text.querySelectorAll("[data-start]")].map((one) => one.textContent).join("");

  /** What is selected in one note: its id, offsets in characters without white space around, and the words. */
  const selected = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const inside = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(".text");
    const text = inside(range.startContainer) ?? inside(range.endContainer);
    if (!text) return null;
    let start = inside(range.startContainer) === text ? offsetOf(text, range.startContainer, range.startOffset, false) : 0;
    let end = inside(range.endContainer) === text ? offsetOf(text, range.endContainer, range.endOffset, true) : lengthOf(text);
    if (inside(range.startContainer) && inside(range.startContainer) !== text) return null;
    const note = [...wordsOf(text)];
    while (start < end && /\s/.test(note[start])) start += 1;
    while (end > start && /\s/.test(note[end - 1])) end -= 1;
    return start < end ? { note: text.dataset.note, start, end, words: note.slice(start, end).join("") } : null;
  };

  const fillCite = () => {
    const cite = byId("cite");
    const found = cite && selected();
    if (!found) return;
    const form = cite.querySelector("form");
    form.elements.note_id.value = found.note;
    form.elements.words.value = found.words;
    form.elements.start.value = found.start;
    form.elements.end.value = found.end;
    const item = current && byId(current);
    if (!cite.open && item?.dataset.criterion) form.elements.criterion.value = item.dataset.criterion;
    cite.open = true;
  };
  document.addEventListener("mouseup", (event) => {
    if (event.target.closest("#notes")) setTimeout(fillCite);
  });
  document.addEventListener("touchend", (event) => {
    if (event.target.closest("#notes")) setTimeout(fillCite, 50);
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === "Shift" || event.shiftKey) fillCite();
  });
  // words or a note that are changed by hand stand somewhere else: the server finds them
  document.addEventListener("input", (event) => {
    const form = event.target.closest("#cite form");
    if (form && (event.target.name === "words" || event.target.name === "note_id")) {
      form.elements.start.value = form.elements.end.value = "";
    }
  });

  // -- changes --------------------------------------------------------------------------------------------------------

  const outcome = () => {
    const alert = byId("alert") ?? document.querySelector("#live .error");
    if (alert) return alert.textContent;
    return `Saved. ${byId("live").querySelector("h1").innerText}. ${document.querySelector(".tally").innerText}`;
  };
  const take = (html, address) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const live = fresh.getElementById("live");
    if (!live) return false;
    const scrolls = ["left", "notes"].map((id) => [id, byId(id)?.scrollTop ?? 0]);
    byId("live").replaceWith(document.adoptNode(live));
    document.title = fresh.title;
    scrolls.forEach(([id, top]) => { if (byId(id)) byId(id).scrollTop = top; });
    if (address) history.replaceState(null, "", address);
    prepare();
    return true;
  };
  const submitted = async (form, submitter) => {
    const data = new FormData(form);
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const dialog = byId("fact-dialog");
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams(data), redirect: "follow" });
    const html = await answer.text();
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const asked = fresh.getElementById("fact-form");
    if (asked) {
      dialog.replaceChildren(document.adoptNode(asked));
      if (!dialog.open) dialog.showModal();
      (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("select, input:not([type=hidden])")).focus();
      return;
    }
    if (dialog.open) dialog.close();
    if (!take(html, answer.redirected ? new URL(answer.url).pathname + new URL(answer.url).search : null)) {
      // a page of another kind, such as an error or a login that has run out: said here, for what was entered must stay
      throw new Error(fresh.querySelector("main p")?.textContent ?? "");
    }
    const problem = byId("alert") ?? document.querySelector("#live [aria-invalid=true]");
    if (problem) problem.focus();
    else if (!current || !go(current)) byId("left").focus({ preventScroll: true });
    say(outcome());
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    try {
      await submitted(form, event.submitter);
    } catch (error) {
      const why = error instanceof TypeError ? "The app cannot be reached." : error.message;
      form.querySelector(".not-saved")?.remove();
      const told = document.createElement("p");
      told.className = "error not-saved";
      told.textContent = `Not saved. ${why} What you entered is kept.`;
      form.append(told);
      say(told.textContent);
    } finally {
      delete form.dataset.sent;
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-filter]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#fact-dialog [data-close]")) {
      event.preventDefault();
      byId("fact-dialog").close();
    }
  });
  // opening the change of a criterion makes it the current one
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.change[open]")) event.target.querySelector("textarea, input:not([type=hidden], [type=radio])")?.focus();
  }, true);

  const prepare = () => {
    document.querySelectorAll("[data-leave]").forEach((button) => { button.hidden = false; });
    const item = current && byId(current);
    if (item) setCurrent(item);
  };
  prepare();
  const place = decodeURIComponent(location.hash.slice(1));
  if (place && byId(place)?.matches(ITEMS)) go(place);
  else if (place && byId(place)?.matches(".spot")) showEvidence(place);
  byId("alert")?.focus();

  window.chartproof.selected = selected;
})();
