/** Threads and the process they live in: it ends by itself, also without closing, by a signal, and after many openings. */
import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["run"];
/** Milliseconds that a process may take on a busy machine. */
const SLOW = 120_000;

/** What a process that does `what` says, how it ended, and how long it took to end after its last word. */
async function child(what: string, options: { readonly interrupt?: boolean } = {}) {
  const script = join(projectRoot(), "tests", "networks", "worker_child.ts");
  const child = spawn(process.execPath, [...runtime, script, what], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    if (options.interrupt && stdout.includes("running")) child.kill("SIGINT");
  });
  return await new Promise<{ stdout: string; stderr: string; status: number | null; signal: string | null }>(
    (resolve) => child.on("close", (status, signal) => resolve({ stdout, stderr, status, signal })),
  );
}

describe("a process with networks in threads", () => {
  test.each(["closes", "forgets to close"])("that %s ends by itself", async (what) => {
    expect(await child(what)).toEqual({ stdout: "done\n", stderr: "", status: 0, signal: null });
  }, SLOW);

  test("may end a thread at any moment, and lives on", async () => {
    const ended = await child("ends threads that are busy");
    expect(ended).toEqual({ stdout: "done\n", stderr: "", status: 0, signal: null });
  }, SLOW);

  test("stays until what runs is done, though nothing else keeps it", async () => {
    const { stdout, status } = await child("leaves a run behind");
    expect([stdout, status]).toEqual(["left\nresult 6\n", 0]);
  }, SLOW);

  test("that is interrupted while they run ends there and then", async () => {
    const { stdout, signal, status } = await child("runs on and on", { interrupt: true });
    expect(stdout).toBe("running\n");
    expect(signal === "SIGINT" || status === 130).toBe(true);
  }, SLOW);

  test("has no thread, file or memory left of fifty openings", async () => {
    const { stdout, stderr, status } = await child("opens and closes");
    expect([stderr, status]).toEqual(["", 0]);
    const { threads, files, megabytes } = JSON.parse(stdout);
    // Between the tenth and the sixtieth opening; a leak is one of each or more an opening. Runtimes keep a few threads for later.
    expect(threads).toBeLessThan(20);
    expect(files).toBeLessThan(20);
    expect(megabytes).toBeLessThan(50);
  }, SLOW);
});
