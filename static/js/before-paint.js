// Runs before the first paint, so that a chosen theme or a narrow sidebar does not flash the other one.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
document.documentElement.dataset.sidebar = localStorage.getItem("sidebar") ?? "wide";
