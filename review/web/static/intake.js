// The form of a new assessment: further notes, files dropped on it. Without this it works by plain submits.
"use strict";
(() => {
  const form = document.getElementById("intake");
  const cards = document.getElementById("cards");
  const template = document.getElementById("card");
  const files = document.getElementById("files");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");

  const number = () => {
    const all = [...cards.querySelectorAll("[data-card]")];
    all.forEach((card, index) => {
      const text = card.querySelector("textarea");
      const date = card.querySelector("input[type=date]");
      card.querySelector("[data-title]").textContent = `Note ${index + 1}`;
      card.querySelector("[data-title]").htmlFor = text.id = `text-${index + 1}`;
      card.querySelector("label:not([data-title])").htmlFor = date.id = `date-${index + 1}`;
      const remove = card.querySelector("[data-remove]");
      remove.hidden = all.length === 1;
      remove.setAttribute("aria-label", `Remove note ${index + 1}`);
    });
  };

  form.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    if (remove) {
      const card = remove.closest("[data-card]");
      const next = card.nextElementSibling ?? card.previousElementSibling;
      card.remove();
      number();
      (next?.querySelector("textarea") ?? document.getElementById("add-note")).focus();
    } else if (event.target.closest("#add-note")) {
      event.preventDefault();
      cards.append(template.content.cloneNode(true));
      number();
      cards.lastElementChild.querySelector("textarea").focus();
    }
  });

  // Files stay in the input, so that they are sent as they are: their text goes through no text area.
  const list = () => {
    chosen.replaceChildren(...[...files.files].map((file, index) => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "quiet";
      remove.textContent = "Remove";
      remove.setAttribute("aria-label", `Remove ${file.name}`);
      remove.addEventListener("click", () => {
        const kept = new DataTransfer();
        [...files.files].forEach((one, place) => { if (place !== index) kept.items.add(one); });
        files.files = kept.files;
        list();
        files.focus();
      });
      item.append(`${file.name}, ${Math.max(1, Math.round(file.size / 1024))} kB `, remove);
      return item;
    }));
  };
  files.addEventListener("change", list);

  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.classList.remove("over");
    const all = new DataTransfer();
    [...files.files, ...event.dataTransfer.files].forEach((file) => all.items.add(file));
    files.files = all.files;
    list();
  });

  form.addEventListener("submit", (event) => {
    // a second click must not assess twice
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
  document.querySelectorAll(".kept [data-remove]").forEach((button) => { button.hidden = false; });
  number();
  list();
  document.querySelector("[aria-invalid=true]")?.focus();
})();
