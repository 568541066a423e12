"""What of an answer's HTML was written by the model: colours and glyphs are ours."""

from __future__ import annotations

from playwright.sync_api import Page


def outline(page: Page) -> str:
    outlined: str = page.locator('[data-answer="latest"]').evaluate(
        """(answer) => {
          const ours = ["tabindex", "role", "aria-label", "data-source", "data-finished"];
          const source = (element) => element.dataset.source ?? element.textContent;
          const copy = answer.cloneNode(true);
          for (const element of copy.querySelectorAll("pre code")) element.textContent = element.textContent;
          for (const element of copy.querySelectorAll(".math")) element.textContent = source(element);
          for (const part of copy.querySelectorAll(".part")) part.replaceWith(...part.childNodes);
          for (const element of copy.querySelectorAll("*")) {
            for (const name of ours) element.removeAttribute(name);
            const attributes = [...element.attributes].map(({ name, value }) => [name, value]).sort();
            for (const [name] of attributes) element.removeAttribute(name);
            for (const [name, value] of attributes) element.setAttribute(name, value.replace(/[; ]/g, ""));
          }
          copy.normalize();
          return copy.innerHTML;
        }"""
    )
    return outlined
