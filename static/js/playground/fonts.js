// A font that arrives while answers stream makes the browser lay out every word again: those of answers come before.

const FONTS = ["italic 14px 'Inter Variable'", "14px 'JetBrains Mono Variable'", "italic 14px 'JetBrains Mono Variable'", "16px KaTeX_Main", "italic 16px KaTeX_Math", "16px KaTeX_Size1", "16px KaTeX_Size2", "16px KaTeX_Size3", "16px KaTeX_Size4", "16px KaTeX_AMS"];

export function fetchFonts() {
  // One that cannot be had is replaced by the next of its family's list, as ever.
  for (const font of FONTS) document.fonts.load(font).catch(() => {});
}
