// What every page does with script: the form of a new meeting is sent without leaving it, and takes dropped files.
const form = document.getElementById("new");

function tell(field, message) {
  for (const place of form.querySelectorAll("[data-wrong]")) {
    const here = place.dataset.wrong === field;
    place.hidden = !here;
    place.textContent = here ? message : "";
  }
  for (const input of form.querySelectorAll("[aria-describedby]")) {
    if (input.getAttribute("aria-describedby") === `wrong-${field}`) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  form.querySelector("[data-all]").hidden = false;
  const wrong = form.querySelector("[aria-invalid=true]");
  wrong?.closest("details")?.setAttribute("open", "");
  (wrong ?? form.querySelector("button.main")).focus();
}

// What the server has rendered: every text in it is escaped there.
function preview(shown) {
  const place = document.getElementById("previewed");
  place.innerHTML = shown;
  place.firstElementChild.focus();
}

async function send(event) {
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const buttons = [...form.querySelectorAll(".buttons button")];
  for (const each of buttons) each.disabled = true;
  const enable = () => {
    for (const each of buttons) each.disabled = false;
  };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (said.location) {
      location.assign(said.location);
      return;
    }
    enable();
    if (said.preview) preview(said.preview);
    else tell(said.field ?? "", said.message ?? answer.statusText);
  } catch (error) {
    enable();
    tell("", String(error.message));
  }
}

if (form) {
  form.addEventListener("submit", send);
  form.addEventListener("input", () => {
    for (const place of form.querySelectorAll("[data-wrong], [data-all]")) place.hidden = true;
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  });
  const drop = form.querySelector(".drop");
  const file = form.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// The language of the page, as it is written where the reader is: dates of en-GB are not those of en-US.
const { lang } = document.documentElement;
const locale = navigator.languages.find((each) => each.split("-")[0] === lang) ?? lang;
for (const time of document.querySelectorAll("time[datetime]")) {
  time.textContent = new Date(time.dateTime).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

// A closed menu keeps no focus that nobody sees.
function close() {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
