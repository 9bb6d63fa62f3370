// The matrix of wishes: arrow keys walk over its cells, and only one of them stands in the order of
// the Tab key. Without JavaScript each cell is a button that Tab reaches.

function cellsOf(table) {
  return [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td")]);
}

function buttonOf(cell) {
  return cell?.querySelector("button[name=case]");
}

// The one cell that Tab leads to: where the reader was, else the first.
function arrange(table, chosen) {
  const buttons = [...table.querySelectorAll("button[name=case]")];
  const own = chosen ?? buttons.find((each) => each === document.activeElement) ?? buttons[0];
  for (const each of buttons) each.tabIndex = each === own ? 0 : -1;
}

// The next cell in a direction that is a button: over the diagonal one steps.
function next(cells, row, column, [down, right]) {
  let [y, x] = [row + down, column + right];
  while (cells[y]?.[x]) {
    if (buttonOf(cells[y][x])) return buttonOf(cells[y][x]);
    [y, x] = [y + down, x + right];
  }
  return null;
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.(".wish-matrix button[name=case]");
  if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
  const table = button.closest("table");
  const cells = cellsOf(table);
  const row = button.closest("tr").sectionRowIndex;
  const column = cells[row].indexOf(button.closest("td"));
  const last = cells[row].length;
  let found = null;
  if (STEPS[event.key]) found = next(cells, row, column, STEPS[event.key]);
  else if (event.key === "Home") found = next(cells, row, -1, [0, 1]);
  else if (event.key === "End") found = next(cells, row, last, [0, -1]);
  else return;
  event.preventDefault();
  if (!found) return;
  arrange(table, found);
  found.focus();
});

document.addEventListener("focusin", (event) => {
  const button = event.target.closest?.(".wish-matrix button[name=case]");
  if (button) arrange(button.closest("table"), button);
});

function begin() {
  const table = document.querySelector(".wish-matrix");
  if (table) arrange(table);
}

document.addEventListener("htmx:afterSettle", begin);
begin();
