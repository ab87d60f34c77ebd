// What the keyboard does besides links and forms: j and k move through rows, Enter opens, / finds, 1 to 9 open a
// pile, h is Home, ? says all this.
(() => {
  const rows = () => [...document.querySelectorAll("[data-rows] .row a.plain, [data-rows] .row .btn.first")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, here + step))].focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("dialog")) return;
    const pile = /^[1-9]$/.test(event.key) && document.querySelector(`[data-pile="${event.key}"]`);
    if (pile) pile.click();
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "h") document.querySelector("header .brand")?.click();
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector(".search input")?.focus();
    }
  });
  // A run looks alive without destroying what somebody does: nothing is swapped while a form is used,
  // what was unfolded stays so, and a step that changed lights up for a moment.
  const used = (live) => [...live.querySelectorAll("input:not([type=hidden]), textarea, select")].some(
    (field) => field === document.activeElement || (field.tagName !== "SELECT" && field.value !== field.defaultValue));
  let before = null;
  const steps = (live) => new Map([...live.querySelectorAll("section[id]")].map((step) => [step.id, step.textContent]));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const live = event.detail.target;
    if (live.id !== "live") return;
    if (used(live)) {
      event.detail.shouldSwap = false;
      return;
    }
    before = {
      open: [...live.querySelectorAll("details[open][id]")].map((fold) => fold.id),
      focus: document.activeElement?.closest("details[id]")?.id,
      steps: steps(live),
    };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const live = event.detail.target;
    if (live.id !== "live" || !before) return;
    before.open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (before.focus) document.getElementById(before.focus)?.querySelector("summary")?.focus();
    for (const [id, text] of steps(live)) if (before.steps.get(id) !== text) document.getElementById(id)?.classList.add("changed");
    before = null;
  });
  // A menu closes when something else is pressed.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
})();
