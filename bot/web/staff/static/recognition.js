/* While a training runs: move its bar, and show the page anew when a step or the training ends.

   Without scripts the page comes again by itself every ten seconds. */
"use strict";

(() => {
  const EVERY = 2000; // milliseconds
  const job = document.getElementById("job");
  const step = job.querySelector("[data-step]");
  const bar = document.getElementById("far");

  const look = async () => {
    try {
      const answer = await fetch("/studio/recognition/progress", { credentials: "same-origin" });
      if (!answer.ok) {
        return;
      }
      const told = await answer.json();
      const counts = document.querySelector("[data-done]");
      if (told.how !== job.dataset.how || told.phase !== step.dataset.step || Boolean(told.total) !== Boolean(counts)) {
        location.replace("/studio/recognition");
        return;
      }
      bar.value = told.total ? (100 * told.done) / told.total : 0;
      if (counts) {
        counts.textContent = told.done;
      }
    } catch {
      // No connection: the training goes on; look again.
    }
    setTimeout(look, EVERY);
  };

  setTimeout(look, EVERY);
})();
