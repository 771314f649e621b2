/* While somebody types: keep it as a draft, show what the checks find, and lose nothing.

   What could not be sent yet stays in this window (sessionStorage), until it was. Everything here
   also works without scripts, by the buttons of the form. */
"use strict";

(() => {
  const PAUSE = 700; // milliseconds without a key
  const SENT = "sent"; // the text whose form was sent last
  const AGAIN = 4000; // milliseconds until a failed try is repeated
  const SAID = {
    typing: "Not kept yet …",
    kept: "Kept as your draft. Nobody else sees it until you save.",
    same: "These are the saved words.",
    offline: "No connection. Your words stay in this window and are kept as soon as it is back.",
    over: "Your session is over. Sign in again in another window; your words stay here, and are kept after that.",
    newer: "Somebody has saved newer words meanwhile. Saving will show you both.",
    found: "These words were still in this window, from before. They are not saved yet.",
  };

  const form = document.querySelector("form.editing[data-account]");
  if (!form) {
    return;
  }
  const box = form.elements.words;
  const fields = form.elements;
  const told = document.getElementById("keeping");
  const found = document.getElementById("findings");
  const change = document.getElementById("change");
  const place = `${form.dataset.account}/${fields.locale.value}/${fields.id.value}`;
  const saved = box.value;
  let timer = 0;
  let sending = false;
  let waiting = false;

  document.documentElement.classList.add("scripted");

  const say = (what) => {
    told.hidden = false;
    told.classList.toggle("late", ["offline", "over", "newer"].includes(what));
    if (told.textContent !== SAID[what]) {
      told.textContent = SAID[what];
    }
  };

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  const remark = ({ check, cure }) => {
    const item = document.createElement("li");
    const name = check.replace(/[-_]/g, " ");
    item.append(element("strong", `${name[0].toUpperCase()}${name.slice(1)}:`), ` ${cure}`);
    return item;
  };

  const showFindings = (remarks) => {
    if (!remarks.length) {
      found.replaceChildren(Object.assign(element("p", "Nothing to mend."), { className: "fine" }));
      return;
    }
    const list = Object.assign(document.createElement("ul"), { className: "findings" });
    list.append(...remarks.map(remark));
    found.replaceChildren(list);
  };

  const TAGS = { gone: "del", new: "ins" };

  const showChange = (runs) => {
    const differs = runs.some((run) => run.change !== "same");
    change.hidden = document.getElementById("changes").hidden = !differs;
    change.replaceChildren(
      ...(differs ? runs.map((run) => (TAGS[run.change] ? element(TAGS[run.change], run.words) : run.words)) : []),
    );
  };

  /* After a new sign-in in another window, every form of this page needs the new token. */
  const renew = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const token = /name="form_token" value="([^"]+)"/.exec(await answer.text());
    if (!answer.ok || answer.redirected || !token) {
      return false;
    }
    for (const field of document.querySelectorAll("input[name=form_token]")) {
      field.value = token[1];
    }
    return true;
  };

  const post = () =>
    fetch("/studio/typed", { method: "POST", body: new FormData(form), credentials: "same-origin" });

  const answered = async (answer, words) => {
    const told = await answer.json();
    if (box.value === words) {
      sessionStorage.removeItem(place);
      const differs = told.change.some((run) => run.change !== "same");
      const isNewer = differs && String(told.newest) !== fields.base.value;
      say(isNewer ? "newer" : differs ? "kept" : "same");
    }
    showFindings(told.findings);
    showChange(told.change);
  };

  const send = async () => {
    if (sending) {
      waiting = true;
      return;
    }
    sending = true;
    const words = box.value;
    try {
      let answer = await post();
      if ([401, 403].includes(answer.status) && (await renew())) {
        answer = await post();
      }
      if (answer.ok) {
        await answered(answer, words);
      } else {
        later(answer.status === 401 || answer.status === 403 ? "over" : "offline");
      }
    } catch {
      later("offline");
    }
    sending = false;
    if (waiting) {
      waiting = false;
      send();
    }
  };

  const later = (why) => {
    say(why);
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  };

  const typed = () => {
    sessionStorage.setItem(place, box.value);
    say("typing");
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };

  /* A page that says what was done is the answer to the form that was sent last. */
  if (new URLSearchParams(location.search).has("done")) {
    sessionStorage.removeItem(sessionStorage.getItem(SENT) || place);
  }
  sessionStorage.removeItem(SENT);
  const left = sessionStorage.getItem(place);
  if (left !== null && left !== saved) {
    box.value = left;
    say("found");
    send();
  }
  box.addEventListener("input", typed);
  window.addEventListener("online", send);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!navigator.onLine) {
      event.preventDefault();
      later("offline");
    } else {
      sessionStorage.setItem(SENT, place);
    }
  });
})();
