// What the keyboard does besides links and forms: j and k move through rows, Enter opens, / finds.
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
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector(".search input")?.focus();
    }
  });
  // A menu closes when something else is pressed.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
})();
