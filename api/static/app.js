// What every page does better with JavaScript; without it, each form and link does the same whole.

// A form that only chooses what is shown (a filter) needs no button: it is sent when it changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-send-on-change]");
  if (form) form.requestSubmit();
});

// A second click on a button that is already at work does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // A download leaves the page as it is: the form can be sent once more.
  if (event.submitter?.hasAttribute("data-download")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What htmx has swapped in is told to screen readers by its role; the focus goes to the notice.
document.addEventListener("htmx:afterSwap", (event) => {
  const notice = event.target.querySelector?.(".notice[data-focus]");
  if (notice) {
    notice.tabIndex = -1;
    notice.focus();
  }
});

// A button that prints the page shows itself only where it can do so.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
