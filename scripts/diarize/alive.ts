/** Which process a name belongs to, and whether it still runs. */
import { hostname } from "node:os";
import process from "node:process";

/** This machine in a file's name. */
export const HOST: string = hostname().replace(/[^\w.]/g, "_").slice(0, 64) || "localhost";

/** Whether a process of this machine runs; of one of another machine nothing is known. */
export function isAlive({ host, pid }: { readonly host: string; readonly pid: number }): boolean | undefined {
  if (host !== HOST) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
