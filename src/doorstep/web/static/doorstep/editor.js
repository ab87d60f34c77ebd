// The editor, made quicker: without this file every button still works, with a page load for each.
const editor = document.getElementById("editor");
const address = editor.dataset.edit;
let held = false; // after a conflict nothing is saved by itself until somebody has chosen
let saving = Promise.resolve();

const say = (words, tone = "") => {
  const saved = document.getElementById("saved");
  saved.textContent = words;
  saved.dataset.tone = tone;
};

const fetched = async (url, options = {}) => {
  const answer = await fetch(url, { ...options, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

const conflict = (answer) => {
  held = true;
  const saved = document.getElementById("saved");
  saved.dataset.tone = "bad";
  saved.replaceChildren("Somebody changed the same. Both texts are kept. ");
  const link = document.createElement("a");
  link.href = answer.url;
  link.textContent = "Choose which holds";
  saved.append(link);
};

// Take over what changed around a form that is being filled in, never the field somebody is in.
const refresh = (page) => {
  for (const live of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(live.id);
    if (fresh && !live.contains(document.activeElement) && live.innerHTML !== fresh.innerHTML) live.innerHTML = fresh.innerHTML;
  }
  const revision = page.querySelector("#editor input[name=revision]")?.value;
  if (revision) for (const field of editor.querySelectorAll("input[name=revision]")) field.value = revision;
  const [here, there] = [document, page].map((one) => one.querySelector("form[data-autosave] input[name=at]"));
  if (here && there) here.value = there.value;
  if (document.querySelectorAll(".sheetstep").length !== page.querySelectorAll(".sheetstep").length) return;
  for (const step of document.querySelectorAll(".sheetstep:not(.opened)")) {
    const fresh = page.getElementById(step.id);
    const [old, now] = [step, fresh].map((one) => one?.querySelector(":scope > .steprow > .stepbody"));
    if (old && now && old.textContent !== now.textContent) { old.innerHTML = now.innerHTML; old.classList.add("changed"); }
  }
};

const swap = (page, url) => {
  const sheet = page.getElementById("sheet");
  if (!sheet) { location.assign(url); return; }
  const texts = new Map([...document.querySelectorAll(".sheetstep h2")].map((one) => [one.textContent, true]));
  document.getElementById("sheet").innerHTML = sheet.innerHTML;
  document.querySelectorAll("datalist").forEach((list) => list.remove());
  page.querySelectorAll("datalist").forEach((list) => editor.append(document.importNode(list, true)));
  const notices = page.querySelectorAll("main > .notice");
  document.querySelectorAll("main > .notice").forEach((notice) => notice.remove());
  notices.forEach((notice) => editor.before(document.importNode(notice, true)));
  refresh(page);
  for (const name of document.querySelectorAll(".sheetstep h2")) if (!texts.has(name.textContent)) name.closest(".steprow").classList.add("changed");
  prepare();
};

const sent = (form, button) => {
  const body = new FormData(form, button);
  if (form.id === "mend") body.set("open", new URL(location.href).searchParams.get("open") ?? "");
  return fetched(address, { method: "POST", body });
};

const isMerge = (answer) => answer.redirected && /\/merge\/\d/.test(answer.url);

// -- Forms ---------------------------------------------------------------------------------------

const autosave = (form) => {
  if (held) return saving;
  form.dataset.dirty = "";
  say("Saving …");
  saving = saving.then(async () => {
    const body = new FormData(form);
    body.set("open", new URL(location.href).searchParams.get("open") ?? "");
    const { answer, page } = await fetched(address, { method: "POST", body });
    if (isMerge(answer)) return conflict(answer);
    if (!answer.ok || !page.getElementById("editor")) return say(page.querySelector(".notice.bad, main p")?.textContent ?? "Not saved.", "bad");
    const bad = page.querySelector("main > .notice.bad");
    refresh(page);
    say(bad ? bad.textContent : "Saved", bad ? "bad" : "");
    return undefined;
  }).catch(() => say("Not saved: there is no connection. It is tried again when you go on writing.", "bad"));
  return saving;
};

let waiting;
const later = (form, wait) => {
  form.dataset.dirty = "yes";
  clearTimeout(waiting);
  waiting = setTimeout(() => autosave(form), wait);
};

const flush = async () => {
  clearTimeout(waiting);
  const form = document.querySelector("form[data-autosave]");
  if (form?.dataset.dirty === "yes") autosave(form);
  await saving;
};

const open = async (url, { focus = true, push = true } = {}) => {
  await flush();
  if (held) return;
  const { answer, page } = await fetched(url);
  if (!answer.ok) { location.assign(url); return; }
  swap(page, url);
  if (push) history.pushState({}, "", url);
  const opened = document.querySelector("#sheet .opened");
  opened?.scrollIntoView({ block: "nearest" });
  if (focus) (opened?.querySelector("input:not([type=hidden]), textarea") ?? document.querySelector("#sheet a"))?.focus({ preventScroll: true });
};

const submit = async (form, button) => {
  const sheet = document.getElementById("sheet");
  sheet.inert = true; // one thing after the other: what is pressed meanwhile would be about the page as it was
  await flush();
  if (held) { sheet.inert = false; return; }
  const { answer, page } = await sent(form, button).catch(() => ({}));
  sheet.inert = false;
  if (!page) { say("Not done: there is no connection. Try again.", "bad"); return; }
  if (isMerge(answer)) { location.assign(answer.url); return; }
  swap(page, answer.url);
  history.replaceState({}, "", answer.url);
  say(document.querySelector("main > .notice.bad") ? "Not done" : "Saved");
  const label = button?.getAttribute("aria-label");
  if (label) document.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  else if (button?.value === "add" || button?.value === "branch" || button?.value === "group") document.querySelector(".steprow.changed a")?.focus();
};

editor.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-swap], [data-autosave]")) return;
  event.preventDefault();
  if (form.matches("[data-autosave]")) form.dataset.dirty = "";
  clearTimeout(waiting);
  submit(form, event.submitter);
});

editor.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href);
});

addEventListener("popstate", () => open(location.href, { push: false }));
addEventListener("pagehide", () => {
  const form = document.querySelector("form[data-autosave]");
  if (form?.dataset.dirty === "yes" && !held) fetch(address, { method: "POST", body: new FormData(form), keepalive: true, credentials: "same-origin" });
});

editor.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  later(form, 900);
  grow(event.target);
  if (event.target.id === "f-verb") showSaid(form);
  if (event.target.getAttribute("list") === "list-addressees") suggest(event.target);
});

// An empty row more when the last one is used.
const grow = (field) => {
  const rows = field.closest("[data-grows]");
  const last = rows?.lastElementChild;
  if (!last?.contains(field) || !field.value) return;
  const next = last.cloneNode(true);
  const number = Number(/\d+/.exec(last.querySelector("input").name)[0]);
  for (const one of next.querySelectorAll("input, label")) {
    for (const name of ["name", "id", "for"]) if (one.getAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(String(number), String(number + 1)));
    if (one.matches("[type=checkbox]")) one.checked = false;
    else if (one.matches("input")) { one.value = ""; one.setAttribute("value", ""); }
    if (one.getAttribute("aria-label")) one.setAttribute("aria-label", `Item ${number + 2}`);
  }
  rows.append(next);
};

// What is said belongs to steps that tell somebody.
const showSaid = (form) => {
  const said = form.querySelector(".saidfield");
  said?.classList.toggle("only-tell", form.querySelector("#f-verb")?.value !== "Tell" && !form.querySelector("#f-said").value);
};

let asked;
const suggest = (field) => {
  clearTimeout(asked);
  const words = field.value.split(",").pop().trim();
  if (words.length < 2) return;
  asked = setTimeout(async () => {
    const answer = await fetch(`${editor.dataset.suggest}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const list = document.getElementById("list-addressees");
    const known = new Set([...list.children].map((option) => option.value));
    for (const name of (await answer.json()).names) {
      if (known.has(name)) continue;
      const option = document.createElement("option");
      option.value = name;
      list.append(option);
    }
  }, 250);
};

// -- Dragging ------------------------------------------------------------------------------------

const drop = async ({ item, to, newIndex, from, oldIndex }) => {
  if (from === to && newIndex === oldIndex) return;
  const form = item.querySelector(".stepacts");
  const body = new FormData(form);
  body.set("do", "place");
  body.set("parent", to.dataset.parent);
  body.set("index", newIndex);
  body.delete("anchor");
  await flush();
  if (held) return;
  const { answer, page } = await fetched(address, { method: "POST", body });
  if (isMerge(answer)) { location.assign(answer.url); return; }
  swap(page, answer.url);
  say("Saved");
};

const prepare = () => {
  if (!window.Sortable) return;
  for (const list of document.querySelectorAll("[data-steps]")) {
    window.Sortable.create(list, { group: "steps", handle: ".grip", animation: 140, fallbackOnBody: true, swapThreshold: 0.6, ghostClass: "ghost", onEnd: drop });
  }
  const form = document.querySelector("form.card-form");
  if (form) showSaid(form);
};

editor.classList.add("is-quick");
prepare();

// -- Text ----------------------------------------------------------------------------------------

const text = document.getElementById("text");
if (text) {
  const form = document.getElementById("text-form");
  const { edit } = await import("./vendor/text_editor.js");
  const shown = edit(text, { names: JSON.parse(document.getElementById("names").textContent), label: "The page as text" });
  // The shortcuts of the site are not for somebody who writes.
  document.querySelector(".texteditor").addEventListener("keydown", (event) => event.stopPropagation());

  let asking;
  const check = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new FormData(form);
    try {
      const answer = await fetch(editor.dataset.check, { method: "POST", body, signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const found = await answer.json();
      shown.show(found.faults);
      document.getElementById("means").innerHTML = found.side;
    } catch (reason) {
      if (reason.name !== "AbortError") say("The faults cannot be looked for: there is no connection.", "bad");
    }
  };
  const save = async () => {
    if (held) return;
    say("Saving …");
    saving = saving.then(async () => {
      const body = new FormData(form);
      const before = text.value;
      const { answer, page } = await fetched(address, { method: "POST", body });
      if (isMerge(answer)) return conflict(answer);
      const bad = page.querySelector("main .notice.bad");
      if (bad || !page.getElementById("editor")) return say(bad?.textContent ?? "Not saved.", "bad");
      const now = page.getElementById("text")?.value ?? before;
      for (const field of editor.querySelectorAll("input[name=revision]")) field.value = page.querySelector("#editor input[name=revision]").value;
      if (now !== before && text.value === before) { shown.replace(now); return say("Saved, with what somebody else changed"); }
      return say("Saved");
    }).catch(() => say("Not saved: there is no connection. It is tried again when you go on writing.", "bad"));
    await saving;
  };
  let checking; let keeping;
  text.addEventListener("input", () => {
    clearTimeout(checking); clearTimeout(keeping);
    checking = setTimeout(check, 350);
    keeping = setTimeout(save, 1800);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(keeping); save(); });
  document.getElementById("means").addEventListener("click", (event) => {
    const place = event.target.closest("[data-line]");
    if (!place) return;
    event.preventDefault();
    shown.goTo(Number(place.dataset.line), Number(place.dataset.column));
  });
  check();
}
