// Comma-separated values that spreadsheets take: RFC 4180, and nothing that they would run as a formula.

type Cell = string | number | null | undefined;

function cellOf(cell: Cell) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(heads: string[], lines: Cell[][]) {
  return [heads, ...lines].map((line) => `${line.map(cellOf).join(",")}\r\n`).join("");
}

/** Hands text to the browser as a file. */
export function saveCsv(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
