/** Why recordings cannot be processed into a folder: it holds results that were not to be touched, another process is at work, or a list has nothing. */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
  readonly kind: "occupied" | "locked" | "damaged";

  constructor(message: string, kind: ProcessError["kind"]) {
    super(message);
    this.kind = kind;
  }
}
