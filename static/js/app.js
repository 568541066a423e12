// Behaviours of every page; each binds itself by a data attribute.
import "./confirm.js";
import "./copy.js";
import "./csrf.js";
import "./dialogs.js";
import "./drawer.js";
import "./keys.js";
import "./menus.js";
import "./notices.js";
import "./palette.js";
import "./shell-keys.js";
import "./sidebar.js";
import "./theme.js";
