"use strict";
(() => {
  const flash = (elements) => elements.forEach((element) => {
    element.classList.remove("flash");
    void element.offsetWidth; // restart the animation
    element.classList.add("flash");
  });
  const marks = [...document.querySelectorAll("mark")];
  const ownersOf = (mark) => mark.dataset.owners.split(" ");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (element) => element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });

  // An anchor inside a note is "<owner>-e1" or "<owner>-s1"; its owner is the criterion or the fact.
  const visit = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    show(target);
    if (target.classList.contains("anchor")) {
      const owner = id.slice(0, id.lastIndexOf("-"));
      flash(marks.filter((mark) => ownersOf(mark).includes(owner)));
    } else {
      flash([target]);
      target.focus({ preventScroll: true });
    }
  };
  const go = (id) => {
    history.pushState(null, "", `#${id}`);
    visit(id);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) {
      event.preventDefault();
      go(link.hash.slice(1));
      return;
    }
    if (String(getSelection())) return;
    const mark = event.target.closest("mark");
    if (mark) {
      go(ownersOf(mark)[0]);
      return;
    }
    const evidence = event.target.closest(".criterion, tbody tr")?.querySelector("a[href^='#']");
    if (evidence) go(evidence.hash.slice(1));
  });
  addEventListener("popstate", () => visit(location.hash.slice(1)));
  if (location.hash) visit(location.hash.slice(1));

  document.querySelectorAll("input[data-kind]").forEach((box) => box.addEventListener("change", () => {
    const kind = box.dataset.kind;
    document.querySelectorAll(`mark.k-${kind}`).forEach((mark) => mark.classList.toggle("off", !box.checked));
    document.querySelectorAll(`tr[data-row-kind="${kind}"]`).forEach((row) => { row.hidden = !box.checked; });
  }));
})();
