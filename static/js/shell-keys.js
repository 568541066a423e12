// What can be done on every page.
import { EVERYWHERE, register } from "./commands.js";
import { showSheet } from "./keys-sheet.js";
import { togglePalette } from "./palette.js";
import { toggleSidebar } from "./sidebar.js";
import { chooseTheme } from "./theme.js";

const has = (selector) => Boolean(document.querySelector(selector));
/** What is not on this page is no key of it. */
const where = (selector, command) => (has(selector) ? [command] : []);
const theme = (name, words) => ({ id: `theme.${name}`, words, also: "appearance colours", run: () => chooseTheme(name) });

register(EVERYWHERE, [
  ...where("[data-palette]", { id: "palette", keys: ["mod+k"], words: "Go to a page, a model, a comparison or an action", writing: true, anywhere: true, hidden: true, run: togglePalette }),
  ...where("[data-sidebar-collapse]", { id: "sidebar", keys: ["mod+b"], words: "Narrow or widen the sidebar", writing: true, run: toggleSidebar }),
  { id: "keys", keys: ["?"], words: "Show the keys", also: "keyboard shortcuts help", run: showSheet },
  { id: "close", keys: ["escape"], words: "Close what is open" },
  theme("auto", "Theme: like the system"),
  theme("light", "Theme: light"),
  theme("dark", "Theme: dark"),
]);
