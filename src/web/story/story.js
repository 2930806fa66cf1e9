/* Reads the live parts again while the story plays, and lets three officers be dragged; without it the page reloads and the buttons do the same. */
(() => {
  "use strict";
  const EVERY_MS = 1500;

  const again = async () => {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href, { cache: "no-store" })).text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
        // Only what changed: a screen reader hears it once.
        if (fresh !== null && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
      }
    } catch {
      // The story may have been stopped; what is shown stays.
    }
    setTimeout(again, EVERY_MS);
  };
  setTimeout(again, EVERY_MS);

  const move = async (direction) => {
    await fetch("/story/flood/move", { method: "POST", body: new URLSearchParams({ direction }) });
  };
  for (const form of document.querySelectorAll(".county")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void move(event.submitter.value);
    });
    form.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("takes");
    });
    form.addEventListener("dragleave", () => form.classList.remove("takes"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("takes");
      const direction = event.dataTransfer.getData("text/plain");
      // Dropped where they came from they stay.
      if (direction === form.dataset.takes) void move(direction);
    });
  }
  for (const officers of document.querySelectorAll(".officers")) {
    officers.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", officers.dataset.direction));
  }
})();
