// Colours the samples of a page, each by the language that its class names; without it they are plain text.
import hljs from "../../vendor/highlight/core.min.js";

for (const code of document.querySelectorAll("[data-sample] pre code")) {
  const language = code.className.replace("language-", "");
  import(`../../vendor/highlight/languages/${language}.min.js`).then((module) => {
    hljs.registerLanguage(language, module.default);
    hljs.highlightElement(code);
  });
}
