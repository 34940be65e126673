// Cells as spreadsheets copy them: columns behind tabs, cells with line breaks or quotes in quotation marks.

export function toTsv(rows) {
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}

function cell(text) {
  return /["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function fromTsv(text) {
  const rows = [[]];
  const found = /(?:^|\t|\r?\n)(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*))/gy;
  const source = text.replace(/\r?\n$/, "");
  let match;
  while (found.lastIndex <= source.length && (match = found.exec(source))) {
    if (/^\r?\n/.test(match[0])) { rows.push([]); }
    rows[rows.length - 1].push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[0] === "") { found.lastIndex += 1; }
    if (found.lastIndex >= source.length) { break; }
  }
  return rows;
}
