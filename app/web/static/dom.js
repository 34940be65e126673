// Elements made in one line; nothing is ever written as HTML.

export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(given).forEach(([name, value]) => {
    if (name.startsWith("on")) { made.addEventListener(name.slice(2), value); }
    else if (value === true) { made.setAttribute(name, ""); }
    else if (value !== false && value !== null && value !== undefined) { made.setAttribute(name, value); }
  });
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function select(options, chosen, given) {
  const made = el("select", given, ...options.map(([value, title]) => el("option", { value, selected: value === chosen }, title)));
  made.value = chosen;
  return made;
}

export function area(value, given) {
  const made = el("textarea", { rows: "1", spellcheck: "false", ...given });
  made.value = value;
  const fit = () => { made.rows = Math.max(1, made.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / (Number(given["data-wide"]) || 26)), 0)); };
  made.addEventListener("input", fit);
  fit();
  return made;
}
