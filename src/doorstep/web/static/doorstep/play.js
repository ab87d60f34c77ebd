// A play goes on without loading the page anew, so that nobody loses their place.  Without it each step is a page load.
const place = () => document.getElementById("play");
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-play]")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  place().inert = true; // what is pressed meanwhile would be played on lines that are out of date
  const looks = new Map([...document.querySelectorAll("#play .step[id]")].map((step) => [step.id, step.className]));
  try {
    const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("play");
    if (!fresh) throw new Error("not a play");
    const scroll = scrollY;
    place().replaceWith(document.importNode(fresh, true));
    scrollTo(0, scroll);
    for (const step of document.querySelectorAll("#play .step[id]")) if (looks.size && looks.get(step.id) !== step.className) step.classList.add("changed");
    const next = document.querySelector("#play [role=alert]") ?? document.querySelector("#play .doing button.p") ?? document.querySelector("#play .wait button");
    next?.focus({ preventScroll: true });
    next?.closest(".doing, .wait, .notice")?.scrollIntoView({ block: "nearest" });
  } catch {
    form.submit();
  }
});
