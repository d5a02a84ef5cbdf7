// What every page has: the list of keys with its switch, rows and search of the worklist, announcements.
"use strict";
(() => {
  const OFF = "chartproof-keys-off";
  const box = document.getElementById("keys-on");
  const dialog = document.getElementById("keys");

  const stored = () => {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  };
  let off = stored();

  /** Whether a key press is a shortcut: switched on, without Ctrl or Alt, and not while something is being typed. */
  const isShortcut = (event) => !off && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
    && !event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
    && !document.querySelector("dialog[open]");

  /** Tell a screen reader. */
  const say = (words) => {
    const place = document.getElementById("said");
    place.textContent = "";
    requestAnimationFrame(() => { place.textContent = words; });
  };

  /** The element `step` away from the current one in a list, or its first. */
  const beside = (list, current, step) => {
    const index = list.indexOf(current);
    if (index < 0) return list[step > 0 ? 0 : list.length - 1];
    return list[Math.min(Math.max(index + step, 0), list.length - 1)];
  };

  if (dialog) {
    const open = () => dialog.showModal();
    const button = document.getElementById("show-keys");
    button.hidden = false;
    button.addEventListener("click", open);
    document.getElementById("keys-close").addEventListener("click", () => dialog.close());
    box.checked = !off;
    box.addEventListener("change", () => {
      off = !box.checked;
      try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* it then lasts for this page */ }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "?" && isShortcut(event)) {
        event.preventDefault();
        open();
      }
    });
  }

  // A menu closes when another place is clicked, and with Escape.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  const rows = [...document.querySelectorAll(".worklist tbody a")];
  const search = document.querySelector("form.filters #search");
  if (search) {
    document.querySelectorAll("form.filters select").forEach((select) => {
      select.addEventListener("change", () => select.form.requestSubmit());
    });
    document.addEventListener("keydown", (event) => {
      if (!isShortcut(event)) return;
      if (event.key === "/") {
        event.preventDefault();
        search.focus();
        search.select();
      } else if ((event.key === "j" || event.key === "k") && rows.length) {
        beside(rows, document.activeElement, event.key === "j" ? 1 : -1).focus();
      }
    });
  }

  window.chartproof = { isShortcut, say, beside };
})();
