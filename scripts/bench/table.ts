/** Numbers and columns of the printed tables. */

/** "850 us", "58.1 ms", "11.4 s". */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "-";
  if (seconds < 1e-3) return `${three(1e6 * seconds)} us`;
  return seconds < 1 ? `${three(1e3 * seconds)} ms` : `${three(seconds)} s`;
}

/** "1.31 x". */
export function times(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : `${three(value)} x`;
}

/** "143 MB"; below one, which is the runtime's own comings and goings, "-". */
export function memory(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined || bytes < 1e6 ? "-" : `${(bytes / 1e6).toFixed(0)} MB`;
}

/** Three digits, without an exponent. */
export function three(value: number): string {
  if (!Number.isFinite(value)) return `${value}`;
  return value.toFixed(Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))));
}

/** A column: its head, a cell per row, and where the cells stand. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** @default {"right"} */
  readonly align?: "left" | "right";
}

/** Lines of a table. A column without anything but "-" is left out, and so are blanks at the ends of lines. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = columns
    .map(({ head, cell, align = "right" }) => ({ align, column: [head, ...rows.map(cell)] }))
    .filter(({ column }) => column.slice(1).some((text) => text !== "-"));
  const widths = cells.map(({ column }) => Math.max(...column.map((text) => text.length)));
  return Array.from(
    { length: rows.length + 1 },
    (_, line) =>
      cells.map(({ align, column }, i) =>
        align === "left" ? column[line].padEnd(widths[i]) : column[line].padStart(widths[i])
      ).join("  ").trimEnd(),
  );
}
