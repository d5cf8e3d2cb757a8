/** Locks that are files, of which one process has one at a time. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { thisHost, thisProcess } from "#lib/places/alive.ts";
import { type FileLockOptions, LockedError, takeLock } from "#lib/places/file_lock.ts";

let root = "";
beforeEach(() => root = mkdtempSync(join(tmpdir(), "dialab-lock-")));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lock = () => join(root, "a.lock");
const hold = (text: string) => writeFileSync(lock(), text);
const held = (change: object = {}) => JSON.stringify({ host: thisHost(), pid: process.pid, ...change });
const DEAD = 2 ** 22 + 1;
/** Takes the lock, and lets it go. */
async function pass(options: FileLockOptions = {}) {
  await using _lock = await takeLock(lock(), options);
  return JSON.parse(readFileSync(lock(), "utf8"));
}

describe("takeLock", () => {
  test("makes a file that tells who holds it, and takes it and all else away", async () => {
    expect(await pass()).toMatchObject(thisProcess());
    expect(readdirSync(root)).toEqual([]);
  });

  test.each([
    ["of a dead process", { pid: DEAD }],
    // Where the system tells when a process began.
    ...(thisProcess().began === ""
      ? []
      : [["of an earlier process of this number", { began: "1" }] as const]),
  ] as [string, object][])("%s is taken over", async (_, change) => {
    hold(held(change));
    expect(await pass()).toMatchObject({ pid: process.pid });
    expect(readdirSync(root)).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")(
    "of a process that has ended, and that its parent has not asked for, is taken over",
    async () => {
      // The shell becomes a sleep, which asks for nobody: what it began keeps its number when it is killed.
      const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const until = async (is: () => boolean) => {
        for (let n = 0; !is() && n < 1000; n++) await new Promise((done) => setTimeout(done, 10));
      };
      try {
        const pid = Number(String(await once(parent.stdout, "data")));
        await until(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8") === "sleep\n");
        process.kill(pid, "SIGKILL");
        const state = () => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
        await until(() => state() === "Z");
        expect(state()).toBe("Z");
        hold(held({ pid }));
        expect(await pass()).toMatchObject({ pid: process.pid });
      } finally {
        parent.kill();
      }
    },
  );

  test.each<[string, number, string]>([
    ["of a living process", process.pid, thisHost()],
    ["of another machine", DEAD, "elsewhere"],
  ])("%s is waited for as long as asked, and its holder named", async (_, pid, host) => {
    hold(held({ pid, host }));
    for (const options of [{}, { waitSec: 0.1 }, { forgottenMinutes: 10 }]) {
      const refused = await takeLock(lock(), options).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(LockedError);
      expect((refused as LockedError).holder).toEqual({ pid, host });
      expect(String(refused)).toContain(`a.lock is held by process ${pid} on ${host};`);
    }
    const waiting = pass({ waitSec: 60 });
    rmSync(lock());
    expect(await waiting).toMatchObject({ pid: process.pid });
  });

  test.each([["of a living process", held()], ["that is none of dialab's", "mine"], ["that is empty", ""]])(
    "one %s is nobody's after a time, and only where that was asked for",
    async (_, text) => {
      hold(text);
      await expect(pass({ forgottenMinutes: 10 })).rejects.toBeInstanceOf(LockedError);
      utimesSync(lock(), new Date(0), new Date(0));
      await expect(pass()).rejects.toBeInstanceOf(LockedError);
      expect(readFileSync(lock(), "utf8")).toBe(text);
      expect(await pass({ forgottenMinutes: 10 })).toMatchObject({ pid: process.pid });
    },
  );

  test("lets one in at a time, also into what a dead process left", async () => {
    hold(held({ pid: DEAD }));
    let inside = 0, most = 0;
    await Promise.all(Array.from({ length: 24 }, async () => {
      await using _lock = await takeLock(lock(), { waitSec: 60 });
      most = Math.max(most, ++inside);
      await new Promise((done) => setTimeout(done, 2));
      inside--;
    }));
    expect([most, readdirSync(root)]).toEqual([1, []]);
  });

  test("that a dead process began to take over is taken over", async () => {
    hold(held({ pid: DEAD }));
    writeFileSync(`${lock()}.over`, held({ pid: DEAD }));
    expect(await pass()).toMatchObject({ pid: process.pid });
    expect(readdirSync(root)).toEqual([]);
  });

  test("lets go when the work fails, and leaves the lock of another alone", async () => {
    const failing = async () => {
      await using _lock = await takeLock(lock());
      throw new Error("no");
    };
    await expect(failing()).rejects.toThrow("no");
    expect(readdirSync(root)).toEqual([]);
    {
      await using _lock = await takeLock(lock());
      hold("another's");
    }
    expect([readdirSync(root), readFileSync(lock(), "utf8")]).toEqual([["a.lock"], "another's"]);
  });

  test("a folder that is not there is an error of the system", async () => {
    await expect(takeLock(join(root, "nowhere", "a.lock"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
