/** Progress in place. */
import { describe, expect, test } from "bun:test";
import { setTimeout } from "node:timers/promises";
import { showProgress } from "#lib/notebook/show_progress.ts";

interface Message {
  type: string;
  text: string;
  html: string;
  id: string;
}

/** A kernel that takes its time and remembers. */
function slowKernel(delayMs = 0) {
  const messages: Message[] = [];
  return {
    messages,
    async broadcast(type: string, content: Readonly<Record<string, unknown>>) {
      const { data, transient } = content as {
        data: Record<string, string>;
        transient: { display_id: string };
      };
      await setTimeout(delayMs);
      messages.push({ type, text: data["text/plain"], html: data["text/html"], id: transient.display_id });
    },
  };
}

const stages = [{ name: "ahc" }, { name: "vbx" }];

describe("progress", () => {
  test("is one display, made once and updated to the end", async () => {
    const kernel = slowKernel(5);
    const result = await showProgress(async (hook) => {
      for (const { name } of stages) {
        for (let i = 0; i < 3; i++) {
          hook(name, undefined, { completed: i, total: 3 });
          await setTimeout(120);
        }
        hook(name, {}, { completed: 1, total: 1 });
      }
      return "turns";
    }, { kernel, stages });
    const { messages } = kernel;
    expect(result).toBe("turns");
    expect(messages[0].type).toBe("display_data");
    expect(new Set(messages.slice(1).map(({ type }) => type))).toEqual(new Set(["update_display_data"]));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
    expect(messages[0].text).toBe("0 of 2 steps");
    expect(messages.map(({ text }) => text)).toContain("0 of 2 steps, ahc (1 of 3)");
    expect(messages.at(-1)!.text).toMatch(/^2 steps in \d+ ms: ahc \d+ ms, vbx \d+ ms$/);
    const bar = messages.find(({ text }) => text.includes("vbx"))!.html;
    expect(bar).toMatch(/<progress max="2" value="1\.\d\d" aria-label="1 of 2 steps, vbx/);
  });

  test("floods no page: ten thousand calls, a handful of messages", async () => {
    const kernel = slowKernel();
    await showProgress((hook) => {
      for (let i = 0; i < 10_000; i++) hook("embeddings", undefined, { completed: i, total: 10_000 });
      return Promise.resolve();
    }, { kernel });
    expect(kernel.messages.length).toBeLessThan(20);
  });

  test("of work that fails says so, and throws on", async () => {
    const kernel = slowKernel();
    const work = showProgress((hook) => {
      hook("vbx", undefined, { completed: 0, total: 1 });
      return Promise.reject(new RangeError("no"));
    }, { kernel, stages });
    await expect(work).rejects.toThrow("no");
    expect(kernel.messages.at(-1)!.text).toBe("0 of 2 steps, failed in vbx");
  });

  test("of steps that never say they are through ends with the work", async () => {
    const kernel = slowKernel();
    await showProgress(async (hook) => {
      hook("bisect", undefined, { completed: 0, total: 5 });
      await setTimeout(30);
      hook("bisect", undefined, { completed: 2, total: 5 });
    }, { kernel });
    expect(kernel.messages.at(-1)!.text).toMatch(/^1 step in (\d+) ms: bisect \1 ms$/);
  });

  test("outside a notebook is nowhere", async () => {
    expect(
      await showProgress((hook) => {
        hook("vbx", undefined, { completed: 0, total: 1 });
        return Promise.resolve(7);
      }),
    ).toBe(7);
  });
});
