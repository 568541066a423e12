// What stands in a field of the settings while nothing is set: data-rests, from playground/parameters.py.

const rests = ({ dataset }) => (dataset.rests ? JSON.parse(dataset.rests) : [""]);

export const textOf = ({ type, checked, value }) => (type === "checkbox" && !checked ? "off" : value);

export function write(control, text) {
  if (control.type === "checkbox") control.checked = text !== "off";
  else control.value = text;
}

export const isSet = (control) => !rests(control).includes(textOf(control));

/** Where nothing chosen leaves lanes as they are, of a choice the text that says so. */
export const restOf = (control, differs = false) => (differs && control.options && rests(control).find(Boolean)) || rests(control)[0];
