// Colours the samples of a model page; without it they are plain text.
import hljs from "../../vendor/highlight/core.min.js";

for (const code of document.querySelectorAll("[data-sample] code")) {
  const language = code.closest("[data-sample]").dataset.sample;
  import(`../../vendor/highlight/languages/${language}.min.js`).then((module) => {
    hljs.registerLanguage(language, module.default);
    hljs.highlightElement(code);
  });
}
