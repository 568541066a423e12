// What cannot wait for the page's modules, which run when all of it is there.

// A chosen theme or a narrow sidebar does not flash the other one. Where nobody chose, a window too small for both gives
// its room to the page.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
document.documentElement.dataset.sidebar = localStorage.getItem("sidebar") ?? (innerWidth < 1024 ? "narrow" : "wide");

// What is to be asked first does not go unasked because confirm.js has not come yet.
addEventListener("submit", (event) => {
  if (event.target.dataset.confirm && !("asks" in document.documentElement.dataset)) event.preventDefault();
}, true);
