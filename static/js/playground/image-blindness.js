// Which lanes cannot see the images of what is being written, said before it is sent.

function names(lanes) {
  const all = lanes.map(({ letter, element }) => `${letter} (${element.querySelector(".lane-model-name").textContent})`);
  return all.length === 1 ? `Lane ${all[0]}` : `Lanes ${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

export function blindness(board, text) {
  const lanes = [...board.lanes.values()];
  const blind = lanes.filter(({ element }) => element.querySelector(".lane-head[data-blind]"));
  if (!blind.length) return "";
  const isOne = blind.length === 1;
  if (text.trim()) return `${names(blind)} cannot see images and ${isOne ? "gets" : "get"} the text alone.`;
  return blind.length === lanes.length
    ? `${names(blind)} cannot see images. Write something, or choose a model that can see.`
    : `${names(blind)} cannot see images and ${isOne ? "is" : "are"} not asked, as there is no text.`;
}
