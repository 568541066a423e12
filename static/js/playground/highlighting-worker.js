// A worker: highlight.js and KaTeX take tens of milliseconds, which a page that streams does not have.
import hljs from "../../vendor/highlight/core.min.js";

const LONGEST = 100_000;
/** Of a formula: KaTeX makes three elements of each character. */
const LONGEST_FORMULA = 3_000;
const ALIASES = {
  "c++": "cpp", "c#": "csharp", cs: "csharp", docker: "dockerfile", golang: "go", html: "xml", js: "javascript", jsx: "javascript",
  kt: "kotlin", md: "markdown", ps1: "powershell", py: "python", python3: "python", rb: "ruby", rs: "rust", sh: "bash",
  svg: "xml", toml: "ini", ts: "typescript", tsx: "typescript", vue: "xml", yml: "yaml", zsh: "bash", console: "shell",
};
const LANGUAGES = new Set(
  ("bash c clojure cmake cpp csharp css dart diff dockerfile elixir elm erlang fortran go gradle graphql haskell http ini " +
    "java javascript json julia kotlin latex less lisp lua makefile markdown matlab nginx objectivec ocaml perl php " +
    "plaintext powershell protobuf python r ruby rust scala scheme scss shell sql swift typescript vim xml yaml").split(" "),
);
let katex;

async function highlight(source, language) {
  const name = ALIASES[language.toLowerCase()] ?? language.toLowerCase();
  if (!LANGUAGES.has(name) || source.length > LONGEST) return null;
  if (!hljs.getLanguage(name)) hljs.registerLanguage(name, (await import(`../../vendor/highlight/languages/${name}.min.js`)).default);
  return hljs.highlight(source, { language: name, ignoreIllegals: true }).value;
}

async function typeset(source, displayMode) {
  if (source.length > LONGEST_FORMULA) return null;
  katex ??= (await import("../../vendor/katex/katex.mjs")).default;
  const html = katex.renderToString(source, { displayMode, output: "html", throwOnError: true, strict: "ignore", maxSize: 40 });
  return html;
}

addEventListener("message", async ({ data: { id, source, language, display } }) => {
  let html = null;
  try {
    html = language ? await highlight(source, language) : await typeset(source, display);
  } catch {
    // A formula with a mistake in it is shown as it was written.
  }
  postMessage({ id, html });
});
