"use strict";
const form = document.getElementById("form");
const state = document.getElementById("state");
const result = document.getElementById("result");
const drop = document.querySelector(".drop");

async function measure(event) {
  if (event) event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  state.textContent = "Measuring …";
  try {
    const answer = await fetch("/measure", { method: "POST", body: new FormData(form) });
    const text = await answer.text();
    if (answer.headers.get("Content-Type").startsWith("text/html")) {
      result.innerHTML = text;
      state.textContent = "";
      offerColumns();
    } else {
      result.textContent = "";
      state.textContent = text;
    }
  } catch {
    state.textContent = "The program does not answer any more; start it again with: groksharp serve";
  }
  button.disabled = false;
}

function offerColumns() {
  const columns = JSON.parse(document.getElementById("columns").dataset.columns);
  for (const select of form.querySelectorAll("select")) {
    const chosen = select.value;
    select.length = 1;
    for (const name of columns) select.add(new Option(name, name));
    select.value = columns.includes(chosen) ? chosen : "";
  }
}

form.addEventListener("submit", measure);
for (const kind of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) {
      form.elements.log.files = event.dataTransfer.files;
      measure();
    }
  });
}
form.elements.log.addEventListener("change", () => { if (form.elements.log.files.length) measure(); });
