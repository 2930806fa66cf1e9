/*
 * Everything works without this file. It adds: keys for the work queue, copying a receipt number,
 * and one announcement when a live part has changed.
 */
(() => {
  "use strict";

  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  // j / k move through the queue, Enter opens (as on any link), c and r go to the two outcomes of a case.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const queue = document.querySelector("[data-queue]");
    if (queue === null) return;
    const links = [...queue.querySelectorAll("a[data-queue-link]")];
    if (event.key === "j" || event.key === "k") {
      if (links.length === 0) return;
      const focused = links.indexOf(document.activeElement);
      const open = links.findIndex((link) => link.hasAttribute("aria-current"));
      const from = focused >= 0 ? focused : open;
      const next = event.key === "j" ? Math.min(from + 1, links.length - 1) : Math.max(from - 1, 0);
      links[next].focus();
      event.preventDefault();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (target instanceof HTMLElement) {
      event.preventDefault();
      const details = target.closest("details");
      if (details !== null) details.open = true;
      target.focus();
    }
  });

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const said = document.getElementById(button.dataset.copySays);
      if (said !== null) said.textContent = button.dataset.copyDone;
    });
  }

  // A form is sent once: the second click of an anxious hand does nothing (the server would ignore it too).
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent === "yes") event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  const summary = document.querySelector("[data-error-summary]");
  if (summary instanceof HTMLElement) summary.focus();
})();
