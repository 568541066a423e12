// Highlighted code becomes spans by hand: highlight.js writes nothing but <span class="…">, </span> and escaped text.

const PART = /<span class="([^"]*)">|<\/span>|[^<]+/g;
const ESCAPES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

export function paint(code, html) {
  const top = document.createDocumentFragment();
  const open = [top];
  for (const [part, name] of html.matchAll(PART)) {
    if (part === "</span>") open.pop();
    else if (name === undefined) open.at(-1).append(part.replace(/&(?:amp|lt|gt|quot|#x27);/g, (escape) => ESCAPES[escape]));
    else {
      const span = document.createElement("span");
      span.className = name;
      open.at(-1).append(span);
      open.push(span);
    }
  }
  if (top.textContent === code.textContent) code.replaceChildren(top);
}
