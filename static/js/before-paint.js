// Runs before the first paint, so that a chosen theme or a narrow sidebar does not flash the other one.
// Where nobody chose, a window too small for both gives its room to the page.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
document.documentElement.dataset.sidebar = localStorage.getItem("sidebar") ?? (innerWidth < 1024 ? "narrow" : "wide");
