// The live page of one meeting: minutes that grow, links from lines to turns and back, and the keys j, k, Enter and Escape.
import { html, nothing, render } from "./lit-html-3.3.3.js";

const { words, home, root, spoken, meeting: first } = JSON.parse(document.getElementById("shown").textContent);
const pane = document.getElementById("minutes");
const ended = new Set(["complete", "error", "cancelled"]);
let meeting = first;
let cameFrom = null;

// The minutes pane -------------------------------------------------------------------------------------------------------

// The language of a text that is another one than the page's.
const other = (language) => (language && language !== document.documentElement.lang ? language : nothing);

const cites = (entry) =>
  html`<span class="cites">${entry.turns.map(
    (number, at) => html`${at && entry.span ? "–" : nothing}<a class="cite" href="#t${number}" title="${words.turn} ${number}">${number}</a>`,
  )}</span>`;

const marked = (entry) =>
  entry.unsupported.length
    ? html`<span class="unsupported" title=${words.unsupported_why}><strong>${words.unsupported}${words.colon}</strong> ${entry.unsupported.join(", ")}</span>`
    : nothing;

const due = (entry) =>
  entry.due ? html` <span class="due"><bdi>${words.due}${words.colon}</bdi> ${entry.due}${entry.due_date ? ` (${entry.due_date})` : ""}</span>` : nothing;

const pen = (entry) =>
  meeting.status === "complete" && meeting.kind === "minutes"
    ? html`<a class="pen" href="${home}/meetings/${first.id}/edit/${entry.anchor}" aria-label="${words.edit}${words.colon} ${entry.text.slice(0, 60)}" title=${words.edit}>✎</a>`
    : nothing;

const old = (entry) => (entry.stale ? html`<span class="stale">${words.stale_mark}</span>` : nothing);

const line = (entry) =>
  html`<li class="entry" id=${entry.anchor} tabindex="-1" dir="auto"><span lang=${other(meeting.language)}>${entry.owner ? html`<strong>${entry.owner}</strong> ` : nothing}${entry.text}</span>${due(entry)} <span class="tail">${cites(entry)}${pen(entry)}</span>${marked(entry)}${old(entry)}</li>`;

const empty = (shown) => (shown.status === "complete" ? words.none : shown.final ? words.not_made : words.not_yet);

const minutes = (shown) => html`
  ${shown.preliminary ? html`<p class="note">${words.preliminary}</p>` : nothing}
  ${shown.summary.length ? html`<h3>${words.summary}</h3><ul class="entries">${shown.summary.map(line)}</ul>` : nothing}
  ${shown.sections.map((section) => html`<h3 class=${section.kind}>${words[section.kind]}</h3><ul class="entries">${section.items.map(line)}</ul>`)}
  ${shown.lines.length ? html`<ul class="entries plain">${shown.lines.map(line)}</ul>` : nothing}
  ${shown.summary.length || shown.sections.length || shown.lines.length ? nothing : html`<p class="empty">${empty(shown)}</p>`}
  ${shown.warnings.length ? html`<h3>${words.warnings}</h3><ul class="warnings">${shown.warnings.map((each) => html`<li>${each}</li>`)}</ul>` : nothing}
  ${shown.figures.length ? html`<details class="coverage"><summary>${words.coverage}</summary><dl>${shown.figures.map(([name, value]) => html`<div><dt>${words[name]}</dt><dd>${value}</dd></div>`)}</dl></details>` : nothing}`;

// The transcript pane: the links from its turns to the lines that cite them -----------------------------------------------

function entriesOf(shown) {
  return [...shown.summary, ...shown.sections.flatMap((section) => section.items), ...shown.lines];
}

function linkBack(shown) {
  const anchors = new Map();
  for (const entry of entriesOf(shown)) for (const number of entry.turns) anchors.set(number, [...(anchors.get(number) ?? []), entry.anchor]);
  for (const place of document.querySelectorAll(".back")) {
    const found = anchors.get(Number(place.dataset.turn)) ?? [];
    if (place.childElementCount === found.length) continue;
    if (!place.dataset.live) place.replaceChildren();
    place.dataset.live = "yes";
    render(found.map((anchor, at) => html`<a href="#${anchor}" title=${words.cited_by} aria-label="${words.turn} ${place.dataset.turn}${words.colon} ${words.cited_by} ${at + 1}">↩</a>`), place);
  }
}

function mark(shown) {
  for (const each of document.querySelectorAll(".mark")) each.remove();
  const corrected = shown.stale_turns.map((number) => element(`t${number}`)).filter((turn) => turn && !turn.matches(".struck"));
  const struck = [...document.querySelectorAll(".turn.struck")];
  for (const [turns, text] of [[corrected, words.corrected], [struck, words.struck]])
    for (const turn of turns) {
      const made = Object.assign(document.createElement("small"), { className: "mark", textContent: `(${text})` });
      turn.querySelector("b").after(made);
    }
}

// What happens meanwhile -------------------------------------------------------------------------------------------------

const element = (id) => document.getElementById(id);
let isLive = false;

function draw(shown) {
  const held = document.activeElement?.closest?.(".entry")?.id;
  meeting = shown;
  if (!isLive) pane.replaceChildren();
  isLive = true;
  render(minutes(shown), pane);
  linkBack(shown);
  mark(shown);
  showWhen(shown.status, shown.stale);
  element("calendar").hidden = !shown.calendar;
  if (held) element(held)?.focus({ preventScroll: true });
  if (shown.title) document.querySelector("h1").textContent = shown.title;
}

function standing(job) {
  const over = ended.has(job.status);
  element("status").textContent = words[job.status];
  element("status").className = `status ${job.status}`;
  element("progress").hidden = over;
  element("progress").value = job.progress?.percent ?? 0;
  const error = element("error");
  error.hidden = !job.error;
  if (error.textContent !== (job.error ?? "")) error.textContent = job.error ?? "";
  element("trouble").hidden = over || !job.trouble;
  element("trouble").textContent = `${words.waiting_for}${words.colon} ${job.trouble ?? ""}`;
  showWhen(job.status, job.stale);
}

function showWhen(status, stale) {
  const complete = status === "complete";
  const when = { open: !ended.has(status), failed: ended.has(status) && !complete, complete, stale: complete && Boolean(stale) };
  for (const each of document.querySelectorAll("[data-when]")) each.hidden = !when[each.dataset.when];
}

function tell(text) {
  element("state").textContent = text;
}

function tellShortly(text) {
  tell(text);
  setTimeout(() => element("state").textContent === text && tell(""), 8000);
}

let isAsking = false;
let isStale = false;

async function look() {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  try {
    while (isStale) {
      isStale = false;
      const answer = await fetch(`${home}/meetings/${first.id}`, { headers: { Accept: "application/json" } });
      if (answer.ok) draw(await answer.json());
    }
  } finally {
    isAsking = false;
  }
}

// Each finished batch is a step of the progress; a summary's text grows between two steps as well.
let reached = "";

function hasGrown(job) {
  const before = reached;
  reached = `${job.status} ${job.progress.phase} ${job.progress.done}`;
  return "text" in job || reached !== before;
}

function follow() {
  const events = new EventSource(`${root}/jobs/${first.id}/events`);
  events.onopen = () => tell("");
  events.onmessage = async (event) => {
    const job = JSON.parse(event.data);
    standing(job);
    if (ended.has(job.status)) events.close();
    if (hasGrown(job)) await look();
    if (ended.has(job.status)) tellShortly(job.status === "complete" ? words.finished : words[job.status]);
  };
  events.onerror = () => {
    tell(words.lost);
    // A browser gives up on an answer that is no stream, as from a proxy whose server restarts.
    if (events.readyState === EventSource.CLOSED && !meeting.final) setTimeout(follow, 2000);
  };
}

// Forms: each is a page of its own, and is shown here in its place ---------------------------------------------------------

let opened = null;

function close() {
  const link = opened?.link;
  opened?.form.remove();
  opened = null;
  link?.focus();
}

// The form that a page holds, or what it says instead; null if the page leads elsewhere.
async function formAt(address, options) {
  const answer = await fetch(address, { redirect: "manual", headers: { Accept: "text/html" }, ...options });
  if (answer.type === "opaqueredirect") return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.querySelector(".lead")?.textContent ?? answer.statusText;
  return page.querySelector("form.inline") ?? Object.assign(document.createElement("p"), { className: "wrong", textContent: said });
}

async function open(link) {
  close();
  const form = await formAt(link.href).catch(() => null);
  if (!form) return location.assign(link.href);
  const place = link.closest(".entry, .turn");
  if (place) place.append(form);
  else link.closest("h2").after(form);
  opened = { form, link };
  form.querySelector("[autofocus]")?.focus();
}

async function save(form, button) {
  const body = new FormData(form, button);
  for (const each of form.querySelectorAll("button")) each.disabled = true;
  try {
    const refused = await formAt(form.action, { method: "POST", body });
    if (refused) {
      form.replaceWith(refused);
      opened.form = refused;
      (refused.querySelector("[aria-invalid]") ?? refused.querySelector("textarea"))?.focus();
      return;
    }
  } catch {
    for (const each of form.querySelectorAll("button")) each.disabled = false;
    tell(words.lost);
    return;
  }
  const turn = form.closest(".turn");
  const pane = form.closest(".pane");
  close();
  if (turn) await readAgain(turn);
  await look();
  tellShortly(words.saved);
  // The line of the pen may be gone: the focus stays near it.
  if (!document.activeElement || document.activeElement === document.body) pane?.focus({ preventScroll: true });
}

async function readAgain(turn) {
  const number = turn.id.slice(1);
  const answer = await fetch(`${root}/jobs/${first.id}/transcript?from=${number}&to=${number}`);
  const told = await answer.json();
  const [now] = told.turns;
  turn.classList.toggle("struck", now.struck);
  turn.querySelector(".said").textContent = now.text;
  turn.querySelector("b").textContent = now.speaker;
  for (const each of document.querySelectorAll("input[name=edition]")) each.value = told.version;
}

// Questions --------------------------------------------------------------------------------------------------------------

let answers = [];

const answered = (each) => html`<article class="answer" tabindex="-1"><button class="quiet" aria-label=${words.close} @click=${() => drawAnswers(answers.filter((other) => other !== each))}>✕</button>
  <p class="asked" dir="auto">${each.question}</p>
  ${each.said ? html`<p dir="auto"><span lang=${other(spoken)}>${each.answer}</span> ${cites(each)}</p>${marked(each)}` : html`<p>${words.not_said}</p>`}</article>`;

function drawAnswers(next) {
  const place = element("answers");
  if (!place.dataset.live) place.replaceChildren();
  place.dataset.live = "yes";
  answers = next;
  render(answers.map(answered), place);
}

async function ask(form) {
  const button = form.querySelector("button");
  const wrong = element("ask-wrong");
  const body = new FormData(form);
  button.disabled = true;
  wrong.hidden = true;
  tell(words.asking);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (said.answer) drawAnswers([said.answer, ...answers]);
    else throw new Error(said.wrong ?? said.message ?? answer.statusText);
    form.reset();
    document.querySelector(".answer").focus();
  } catch (error) {
    wrong.hidden = false;
    wrong.textContent = error.message;
  } finally {
    button.disabled = false;
    tell("");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form !== opened?.form && form.id !== "ask") return;
  event.preventDefault();
  if (form.id === "ask") ask(form);
  else save(form, event.submitter);
});

// Going from lines to turns and back --------------------------------------------------------------------------------------

// Turns that were never on the screen have an estimated height, so that the place is right only once they are drawn.
function reach(target, frames = 4) {
  target.scrollIntoView({ block: "center", behavior: "instant" });
  if (frames) requestAnimationFrame(() => reach(target, frames - 1));
}

function go(target) {
  for (const each of document.querySelectorAll(".entry[aria-current], .turn[aria-current]")) each.removeAttribute("aria-current");
  target.setAttribute("aria-current", "true");
  target.focus({ preventScroll: true });
  reach(target);
}

document.addEventListener("click", (event) => {
  const aside = event.target.closest?.(".pen, [data-close]");
  if (aside && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (aside.matches(".pen")) open(aside);
    else close();
    return;
  }
  const link = event.target.closest?.("a[href^='#t'], a[href^='#i'], a[href^='#s'], a[href^='#l']");
  const target = link && element(link.getAttribute("href").slice(1));
  if (!target || !link.closest(".pane, .answer")) return;
  event.preventDefault();
  cameFrom = link.closest(".entry, .turn, .answer");
  history.replaceState(null, "", link.getAttribute("href"));
  go(target);
});

function step(by) {
  const inTurns = document.activeElement?.closest?.(".turn");
  const all = [...document.querySelectorAll(inTurns ? ".turn" : ".entry")];
  const at = all.indexOf(document.activeElement?.closest?.(".turn, .entry"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next) go(next);
}

// The letters are keys of the two panes: not of fields, of the buttons of a form, of open menus, or of the bar above.
const isOfThePanes = (place) => place.matches?.("body, main") || (place.closest?.(".pane, .answer") && !place.closest("form, details, input, textarea, select, [contenteditable]"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opened) return close();
  if (!isOfThePanes(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && event.target.matches?.(".entry, .turn")) event.target.querySelector(".cite, .back a")?.click();
  else if (event.key === "Escape" && cameFrom?.isConnected) go(cameFrom);
  else return;
  event.preventDefault();
});

const asked = element(location.hash.slice(1));
if (asked?.matches(".turn, .entry")) {
  history.scrollRestoration = "manual";
  go(asked);
  addEventListener("load", () => go(asked), { once: true });
}
addEventListener("hashchange", () => {
  const target = element(location.hash.slice(1));
  if (target?.matches(".turn, .entry")) go(target);
});
if (!meeting.final) follow();
