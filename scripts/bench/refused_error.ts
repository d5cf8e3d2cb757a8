/** Nothing is measured: a result is not what the reference says, or a peer failed. The command exits with 1. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}
