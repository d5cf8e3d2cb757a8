/** The error that a promise rejects with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`Rejected with ${String(error)}, which is no Error`);
  }
  throw new Error("Resolved, where a rejection was expected");
}

/** The error that a call throws; fails when it returns. */
export function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`Threw ${String(error)}, which is no Error`);
  }
  throw new Error("Returned, where an error was expected");
}
