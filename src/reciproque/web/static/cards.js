// On a phone each row of such a table reads as a card: every cell says its column.  Without this, the table scrolls.
for (const table of document.querySelectorAll("table.cards")) {
  const names = [...table.tHead.rows[0].cells].map((head) => (head.querySelector(".vh") ? "" : head.textContent.trim()));
  for (const cell of table.querySelectorAll(":scope > tbody > tr > td")) {
    cell.dataset.label = names[cell.cellIndex];
    if (!cell.childElementCount && !cell.textContent.trim()) cell.replaceChildren(); // nothing to say: the card says nothing
  }
  table.classList.add("labelled");
}
