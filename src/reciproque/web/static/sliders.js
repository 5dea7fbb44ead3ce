// Sliders say their value as they move.  Without this, the value is said once the page is computed.
for (const output of document.querySelectorAll(".lever output")) {
  const slider = document.getElementById(output.htmlFor.value);
  const style = slider.dataset.shown ? { style: "percent" } : {};
  const say = () => { output.value = Number(slider.value).toLocaleString(document.documentElement.lang, style); };
  slider.addEventListener("input", say);
  say();
}
