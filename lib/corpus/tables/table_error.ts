/** A file that is no table, or a damaged one; the message begins with the file's name. */
export class TableError extends RangeError {
  override readonly name = "TableError";
}
