/* Makes the conversation flow on one page. Everything also works without this file.

   The token, the only key to the conversation, is taken out of the page into a variable. Nothing is
   written to cookies, storage or the address; leaving the page wipes it. */
(() => {
  "use strict";

  const root = document.documentElement;
  const exitUrl = document.getElementById("exit").href;
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("quietline", { createHTML: (html) => html })
    : { createHTML: (html) => html };
  const byId = (id) => document.getElementById(id);
  const words = (name) => byId("words").dataset[name];
  const isFramed = location.pathname === "/embed";

  let token = "";
  let isBusy = false;
  let changed = "";

  /* ---------- leaving ---------- */

  function leave(event) {
    if (event) event.preventDefault();
    const forget = new URLSearchParams({ token });
    document.title = "";
    root.replaceChildren();
    if (token) navigator.sendBeacon("/forget", forget);
    token = "";
    if (!isFramed) return location.replace(exitUrl);
    /* A partner's page around this one is left too. Where its sandbox forbids that, some browsers
       say so and some do nothing: then the frame alone is left. */
    setTimeout(() => location.replace(exitUrl), 1000);
    try {
      top.location.replace(exitUrl);
    } catch {
      location.replace(exitUrl);
    }
  }

  /* Three presses of Shift alone within five seconds; Shift as a modifier doesn't count. */
  let isAlone = false;
  let presses = [];

  function otherInput() {
    isAlone = false;
    presses = [];
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") otherInput();
    else if (!event.repeat) isAlone = !(event.ctrlKey || event.altKey || event.metaKey);
  });
  document.addEventListener("pointerdown", otherInput);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !isAlone) return;
    isAlone = false;
    const now = performance.now();
    presses = [...presses.filter((then) => now - then < 5000), now];
    if (presses.length >= 3) leave();
    else announce(words(presses.length === 1 ? "exitPressedOnce" : "exitPressedTwice"));
  });

  /* A page that answered a sent form becomes one that was asked for: coming to it again, the browser
     would send the form once more, and write it to its files. */
  history.replaceState(null, "");

  window.addEventListener("pagehide", () => {
    token = "";
    root.replaceChildren();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(isFramed ? "/embed" : "/");
  });

  /* ---------- small things ---------- */

  let silence = 0;

  function announce(text) {
    byId("status").textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => byId("status")?.replaceChildren(), 5000);
  }

  function takeToken(from) {
    const fields = [...from.querySelectorAll("input[name=token]")];
    const found = fields.map((field) => field.value).find(Boolean) || "";
    fields.forEach((field) => field.remove());
    return found;
  }

  function parse(html) {
    return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  }

  /* Returns the parsed answer; rejects when there is none, or when it tells of an error. */
  async function ask(path, data, isWhole) {
    if (isFramed) data.set("frame", "on");
    const response = await fetch(path, {
      method: "POST",
      body: data,
      headers: { "X-Requested-With": isWhole ? "page" : "fetch" },
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(15000),
    });
    /* 503: too many are writing; the page says so, and has all of the help. */
    if (!response.ok && response.status !== 503) throw new Error("refused");
    const doc = parse(await response.text());
    if (!doc.querySelector(".turn, #text, .reading")) throw new Error("refused");
    doc.isHeld = response.status === 503;
    return proved(doc, path, data, isWhole);
  }

  /* Where nobody could answer, what comes is help alone: the proxy's page, or everybody's in a crowd.
     This page has help for the visitor's country: that opens, and the conversation stays, with what
     was written. */
  async function converse(path, data, isWhole) {
    const doc = await ask(path, data, isWhole);
    const answer = doc.isHeld && byId("log") ? ".turn" : ".turn, #text";
    if (doc.querySelector(answer)) return doc;
    if (!byId("panel")) byId("help-now").click();
    throw new Error("held");
  }

  /* Under load, a new conversation costs the browser a second of work; unseen, unless it tells of
     danger: then the numbers to call come first. */
  async function proved(doc, path, data, isWhole) {
    const asked = doc.getElementById("proof");
    if (!asked || data.has("proof") || doc.querySelector(".turn") || !crypto.subtle) return doc;
    const { solve } = await import(asked.dataset.solver);
    data.set("proof", await solve(JSON.parse(asked.dataset.challenge)));
    return ask(path, data, isWhole);
  }

  /* ---------- the conversation ---------- */

  function say(text) {
    const bubble = document.createElement("div");
    const heading = document.createElement("h2");
    const paragraph = document.createElement("p");
    bubble.className = "said";
    heading.className = "unseen";
    heading.textContent = words("chatYouSaid");
    paragraph.translate = false;
    paragraph.textContent = text;
    bubble.append(heading, paragraph);
    return bubble;
  }

  function showTurn(doc, text) {
    const log = byId("log");
    const turn = doc.querySelector(".turn");
    log.querySelectorAll(".answers, .kept").forEach((old) => old.remove());
    token = takeToken(doc) || token;
    log.append(say(text), turn);
    dress();
  }

  /* What was said before the page's language changed stays in the one that it was said in. */
  function markLanguage(node) {
    node.lang = root.lang;
    node.dir = root.dir;
  }

  /* Replaces everything on the page; with keepLog, all but what was said. */
  function showPage(doc, keepLog) {
    const said = keepLog ? [...(byId("log")?.childNodes || [])] : [];
    const written = keepLog ? byId("text").value : "";
    said.filter((node) => node.matches?.(":not([lang])")).forEach(markLanguage);
    root.lang = doc.documentElement.lang;
    root.dir = doc.documentElement.dir;
    token = takeToken(doc) || (keepLog ? token : "");
    closePanel();
    document.body.replaceChildren(...doc.body.childNodes);
    if (said.length && byId("log")) byId("log").replaceChildren(...said);
    byId("text").value = written;
    dress();
  }

  function show(turn) {
    turn.focus({ preventScroll: true });
    const first = turn.previousElementSibling?.matches(".said") ? turn.previousElementSibling : turn;
    first.scrollIntoView({ block: "start" });
  }

  async function talk(data, label) {
    const written = data.get("text");
    /* Text beside a pressed button goes along: if it tells of danger, it is what gets the answer. */
    const doc = await converse("/", data, !byId("log"));
    const isPage = doc.getElementById("busy") && !(doc.isHeld && byId("log"));
    if (byId("log") && !isPage) showTurn(doc, label || written);
    else showPage(doc, false);
    byId("text").value = label || isPage || doc.isHeld ? written : "";
    const turn = [...document.querySelectorAll(".turn")].pop();
    if (turn) show(turn);
  }

  async function change(data) {
    data.delete("text");
    showPage(await converse("/", data, true), true);
    const field = byId(changed);
    const around = field?.closest("details");
    if (around) around.open = true;
    field?.focus({ preventScroll: true });
  }

  /* Goes on in the language that a turn offered: the page changes, and gets the menu as well. */
  async function speak(data) {
    data.delete("text");
    const doc = await converse("/", data, true);
    const turn = doc.querySelector(".turn");
    showPage(doc, true);
    const log = byId("log");
    log.querySelectorAll(".answers, .kept, .language").forEach((old) => old.remove());
    log.append(turn);
    dress();
    show(turn);
  }

  async function forget(data) {
    showPage(await converse("/forget", data, true), false);
    scrollTo(0, 0);
    byId("content").focus({ preventScroll: true });
  }

  /* A country that was chosen anywhere holds for every list and for the next message. */
  function carryCountry(country) {
    const fields = "#country, #help-country, #carry [name=country]";
    document.querySelectorAll(fields).forEach((field) => (field.value = country));
  }

  async function openPage(path, data, opener) {
    data.delete("text");
    const doc = await ask(path, data, true);
    const page = doc.querySelector(".reading");
    page.querySelector(".settings")?.remove();
    page.removeAttribute("id");
    if (data.has("country")) carryCountry(data.get("country"));
    openPanel(page, opener);
    dress();
  }

  /* One thing at a time; what fails leaves text and page as they were. */
  async function once(work) {
    if (isBusy) return;
    isBusy = true;
    root.classList.add("busy");
    const wait = setTimeout(() => announce(words("chatWaiting")), 700);
    try {
      byId("sending").textContent = "";
      await work();
    } catch {
      if (byId("sending")) byId("sending").textContent = words("chatFailed");
      if (byId("panel")) announce(words("chatFailed"));
    } finally {
      clearTimeout(wait);
      root.classList.remove("busy");
      isBusy = false;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.getAttribute("method") === "dialog") return event.preventDefault();
    const path = button?.getAttribute("formaction") || form.getAttribute("action");
    if (!byId("text")) return carryToken(form);
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    data.set("token", token);
    if (button?.name) data.set(button.name, button.value);
    const label = button?.name === "choice" ? button.textContent.trim() : "";
    if (path === "/forget") once(() => forget(data));
    else if (path !== "/") once(() => openPage(path, data, button));
    else if (data.has("speak")) once(() => speak(data));
    else if (data.has("change")) once(() => change(data));
    else once(() => talk(data, label));
  });

  /* Pages without a conversation are left the plain way; the key goes along in the form. */
  function carryToken(form) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "token";
    field.value = token;
    form.append(field);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[form=visit]")) {
      changed = event.target.id;
      byId("visit").requestSubmit(document.querySelector(".change"));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byId("panel")) closePanel();
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && event.target.id === "text" && matchMedia("(pointer: fine)").matches) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a, button");
    if (!link) return;
    if (link.id === "exit") leave(event);
    else if (link.id === "help-now") openHelp(event, link);
    else if (link.matches("a[data-panel]") && byId("text")) {
      event.preventDefault();
      const data = new URLSearchParams(new URL(link.href).search);
      once(() => openPage(new URL(link.href).pathname, data, link));
    } else if (link.dataset.do) act(link);
  });

  /* ---------- the panel: help and other pages over an open conversation ---------- */

  let closePanel = () => {};
  let opened = null;

  function openHelp(event, opener) {
    const help = byId("help");
    event.preventDefault();
    if (byId("panel")?.contains(help)) return closePanel();
    if (!help.matches(".help")) return help.focus();
    const place = document.createComment("");
    help.replaceWith(place);
    openPanel(help, opener, () => place.replaceWith(help));
  }

  function openPanel(content, opener, after = () => {}) {
    /* From a page in the panel to the next: on closing, the place before the first comes back. */
    const from = byId("panel")?.contains(opener) ? opened : opener;
    closePanel();
    opened = from;
    const panel = document.createElement("div");
    const close = document.createElement("button");
    const heading = content.querySelector("h1, h2");
    panel.id = "panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", heading.textContent);
    close.type = "button";
    close.className = "plain close";
    close.textContent = words("navClose");
    close.addEventListener("click", () => closePanel());
    panel.append(close, content);
    byId("frame").before(panel);
    byId("frame").inert = true;
    root.classList.add("covered");
    heading.tabIndex = -1;
    heading.focus();
    closePanel = () => {
      closePanel = () => {};
      after();
      panel.remove();
      byId("frame").inert = false;
      root.classList.remove("covered");
      from?.focus();
    };
  }

  /* ---------- exercises ---------- */

  const timers = new WeakMap();

  function dress() {
    document.querySelectorAll(".exercise:not(.dressed), .take:not(.dressed)").forEach((box) => {
      box.classList.add("dressed");
      box.querySelectorAll("[hidden]").forEach((part) => (part.hidden = false));
      if (box.dataset.kind === "timer") timers.set(box, startable(box));
    });
  }

  function act(button) {
    const box = button.closest(".exercise, .take");
    const acts = { toggle: runTimer, reset: resetTimer, print: () => window.print(), copy, empty };
    acts[button.dataset.do](box);
  }

  const runTimer = (box) => timers.get(box).toggle();
  const resetTimer = (box) => timers.get(box).reset();

  function empty(box) {
    box.querySelector("form").reset();
    join(box);
  }

  /* Ready sentences that were chosen, as one text to say or copy. */
  function join(box) {
    const shown = box.querySelector(".joined");
    if (!shown) return;
    const chosen = [...box.querySelectorAll("select")].map((field) => field.value);
    shown.textContent = chosen.filter(Boolean).join(" ");
  }

  document.addEventListener("change", (event) => {
    const box = event.target.closest(".exercise");
    if (box) join(box);
  });

  function line(part) {
    const title = part.querySelector("strong").textContent;
    const field = part.querySelector("textarea, select, input");
    if (field.type === "checkbox") return `[${field.checked ? "x" : " "}] ${title}`;
    return `${title}\n${field.value}\n`;
  }

  /* What may not be copied, as in some partners' frames, is selected where it stands. */
  async function copy(box) {
    const fields = [...box.querySelectorAll("label")].map(line);
    const shown = box.querySelector("[data-copied], .joined");
    const told = box.querySelector(".told");
    try {
      await navigator.clipboard.writeText(shown ? shown.innerText : fields.join("\n"));
      told.textContent = told.dataset.told || words("exerciseCopied");
    } catch {
      told.textContent = "";
      getSelection().selectAllChildren(shown || box.querySelector("form"));
    }
  }

  /* Counts by the clock, so that a sleeping tab doesn't lose time. The style sheet draws. */
  function startable(box) {
    const phases = [...box.querySelectorAll(".phase")];
    const seconds = phases.map((phase) => phase.dataset.minutes * 60);
    const total = seconds.reduce((sum, part) => sum + part, 0);
    const button = box.querySelector("[data-do=toggle]");
    let before = 0;
    let since = 0;
    let ticking = 0;
    let current = -1;

    const elapsed = () => Math.min(total, before + (since ? (Date.now() - since) / 1000 : 0));

    function phaseAt(second) {
      let end = 0;
      return seconds.findIndex((part) => second < (end += part));
    }

    function draw() {
      const left = Math.ceil((total - elapsed()) / 60);
      box.querySelector(".left").textContent = words("exerciseMinutesLeft").replace("{minutes}", left);
      const now = since || before ? phaseAt(elapsed()) : -1;
      if (now !== current) enter(now);
      if (elapsed() >= total) finish();
    }

    function enter(now) {
      phases[current]?.removeAttribute("aria-current");
      phases[now]?.setAttribute("aria-current", "step");
      if (now >= 0) announce(phases[now].querySelector(".step").firstChild.textContent.trim());
      current = now;
    }

    function stop(state, label) {
      before = elapsed();
      since = 0;
      clearInterval(ticking);
      box.dataset.state = state;
      button.textContent = words(label);
    }

    function finish() {
      stop("idle", "exerciseStart");
      before = 0;
      announce(words("exerciseDone"));
    }

    function toggle() {
      if (since) return stop("paused", "exerciseResume");
      since = Date.now();
      ticking = setInterval(draw, 1000);
      box.dataset.state = "running";
      button.textContent = words("exercisePause");
      draw();
    }

    function reset() {
      stop("idle", "exerciseStart");
      before = 0;
      draw();
    }

    reset();
    return { toggle, reset };
  }

  /* ---------- begin ---------- */

  root.classList.add("js");
  token = takeToken(document);
  dress();
})();
