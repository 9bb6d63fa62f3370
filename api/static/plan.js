// The grid of a plan: look for a name while typing; pick a meeting and see at once where it can go.
// Without JavaScript the search is a form, and a meeting opens a page with the same choices.

const room = document.querySelector(".plan-room");
const panel = document.querySelector("#adjust");
const table = room?.querySelector("table.timetable");

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const search = document.querySelector("form[data-grid-search] input[name=q]");
search?.addEventListener("input", () => {
  const wanted = plain(search.value.trim());
  for (const row of table.tBodies[0].rows) {
    row.hidden = !plain(row.cells[0].textContent).includes(wanted);
  }
});

function clear() {
  for (const mark of table.querySelectorAll(".place-here")) mark.remove();
  for (const cell of table.querySelectorAll(".open, .shut, .picked")) {
    cell.classList.remove("open", "shut", "picked");
    cell.removeAttribute("title");
  }
}

// The cells of the grid that a choice is about: both participants' rows, or the free tables.
function cellsOf(choice) {
  const slot = `[data-slot="${choice.dataset.slot}"]`;
  if (table.dataset.view === "personnes") {
    const people = choice.dataset.people.split(" ");
    return [...table.querySelectorAll("tr[data-person]")]
      .filter((row) => people.includes(row.dataset.person))
      .map((row) => [row.querySelector(`td${slot}`), ""]);
  }
  return choice.dataset.tables
    .split(" ")
    .filter(Boolean)
    .map((number) => [table.querySelector(`tr[data-table="${number}"] td${slot}`), number]);
}

function putHere(choice, number) {
  const form = panel.querySelector(`#place-${choice.dataset.slot}`);
  if (number) form.elements.table.value = number;
  form.requestSubmit();
}

function lightUp() {
  for (const choice of panel.querySelectorAll(".choices li[data-slot]")) {
    for (const [cell, number] of cellsOf(choice)) {
      if (!cell || choice.classList.contains("here")) continue;
      if (choice.classList.contains("shut")) {
        cell.classList.add("shut");
        cell.title = choice.dataset.why;
        continue;
      }
      cell.classList.add("open");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "place-here small";
      button.textContent = panel.dataset.here;
      button.setAttribute("aria-label", choice.querySelector("button").getAttribute("aria-label"));
      button.addEventListener("click", () => putHere(choice, number));
      cell.append(button);
    }
  }
}

let asked = 0;

async function pick(link) {
  const mine = (asked += 1);
  clear();
  for (const cell of table.querySelectorAll("td[data-meeting]")) {
    if (cell.dataset.meeting === link.closest("td").dataset.meeting) cell.classList.add("picked");
  }
  const answer = await fetch(link.href);
  if (mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const choices = page.querySelector("#choices");
  if (!choices) {
    location.href = link.href;
    return;
  }
  panel.replaceChildren(document.adoptNode(choices));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain small";
  close.textContent = panel.dataset.close;
  close.addEventListener("click", () => {
    leave();
    link.focus();
  });
  panel.prepend(close);
  panel.hidden = false;
  lightUp();
  panel.querySelector("#choices-title").focus({ preventScroll: true });
}

function leave() {
  asked += 1;
  clear();
  panel.hidden = true;
  panel.replaceChildren();
}

if (panel && table) {
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td[data-meeting] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    pick(link).catch(() => {
      location.href = link.href;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) leave();
  });
  table.querySelector("td.seen")?.scrollIntoView({ block: "center", inline: "center" });
}
