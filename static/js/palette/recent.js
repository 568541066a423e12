// What was chosen last, by its key alone: nothing of what it is called stays in the browser.
const MOST = 20;

export function recent() {
  try {
    return JSON.parse(localStorage.getItem("palette-recent")) ?? [];
  } catch {
    return [];
  }
}

export function remember(key) {
  localStorage.setItem("palette-recent", JSON.stringify([key, ...recent().filter((other) => other !== key)].slice(0, MOST)));
}
