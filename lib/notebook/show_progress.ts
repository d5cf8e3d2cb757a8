import { randomUUID } from "node:crypto";
import type { Hook } from "#lib/pipeline/run_stages.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import type { MimeBundle } from "./displayed.ts";
import { type Kernel, runningKernel } from "./kernel.ts";

/** Between two pictures of the progress, in milliseconds; more would only keep the page busy. */
const PERIOD_MS = 100;

interface Step {
  readonly name: string;
  readonly startMs: number;
  /** When it was last heard of. */
  heardMs: number;
  completed: number;
  total: number;
  ms?: number;
}

/** Settings of {@link showProgress}. */
export interface ShowProgressOptions {
  /** Stages to come, so that the bar knows how many there are; others are added as they begin. */
  readonly stages?: readonly { readonly name: string }[];
  /** Where it is shown. @default the kernel that runs this code; nowhere outside a notebook */
  readonly kernel?: Kernel;
}

/**
 * Runs `work` and shows how far it is, in place: one bar and the stage at work, then the time of each stage.
 *
 * @param work Gets a hook for `runStages`, `diarize` or whatever takes one; what it gives is given back, what it throws is thrown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { showProgress } from "#lib/notebook/show_progress.ts";
 * const said: string[] = [];
 * const kernel = { broadcast: (type: string) => Promise.resolve(void said.push(type)) };
 * const answer = await showProgress((hook) => {
 *   hook("vbx", undefined, { completed: 0, total: 1 });
 *   hook("vbx", {}, { completed: 1, total: 1 });
 *   return Promise.resolve(42);
 * }, { kernel });
 * assert.deepEqual([answer, said[0], said.at(-1)], [42, "display_data", "update_display_data"]);
 * ```
 */
export async function showProgress<T>(
  work: (hook: Hook) => Promise<T>,
  options: ShowProgressOptions = {},
): Promise<T> {
  const { kernel = runningKernel(), stages = [] } = options;
  if (kernel === undefined) return await work(() => {});
  const steps = new Map<string, Step>();
  const transient = { display_id: randomUUID() };
  const tell = async (type: string, state: State) =>
    await kernel.broadcast(type, {
      data: picture([...steps.values()], stages.length, state),
      metadata: {},
      transient,
    });
  let last = performance.now(), sent: Promise<void> = tell("display_data", "running");
  const hook: Hook = (name, artefact, { completed, total }) => {
    const now = performance.now();
    const step = steps.get(name) ?? { name, startMs: now, heardMs: now, completed, total };
    steps.set(name, Object.assign(step, { heardMs: now, completed, total }));
    if (artefact !== undefined || (total > 0 && completed >= total)) step.ms = now - step.startMs;
    if (now - last < PERIOD_MS) return;
    last = now;
    // One after the other: an older picture must never come after a newer one.
    sent = sent.then(() => tell("update_display_data", "running"));
  };
  let state: State = "failed";
  try {
    const result = await work(hook);
    state = "done";
    // Not every work says of each step that it is through.
    for (const step of steps.values()) step.ms ??= step.heardMs - step.startMs;
    return result;
  } finally {
    await sent;
    await tell("update_display_data", state);
  }
}

type State = "running" | "done" | "failed";

function picture(steps: readonly Step[], expected: number, state: State): MimeBundle {
  const done = steps.filter(({ ms }) => ms !== undefined);
  const current = steps.find(({ ms }) => ms === undefined);
  const count = Math.max(expected, steps.length, 1);
  if (state === "done") {
    const total = done.reduce((sum, { ms }) => sum + ms!, 0);
    const times = done.map(({ name, ms }) => `${name} ${duration(ms!)}`).join(", ");
    const text = `${done.length} ${done.length === 1 ? "step" : "steps"} in ${duration(total)}: ${times}`;
    return { "text/html": `<div>${escapeXml(text)}</div>`, "text/plain": text };
  }
  const within = current && current.total > 0 ? current.completed / current.total : 0;
  const counted = current && current.total > 1 ? ` (${current.completed} of ${current.total})` : "";
  const words = current === undefined ? "" : `${current.name}${counted}`;
  const label = state === "failed" ? `failed${words && ` in ${words}`}` : words;
  const text = `${done.length} of ${count} steps${label && `, ${label}`}`;
  return {
    "text/html": `<progress max="${count}" value="${(done.length + within).toFixed(2)}" aria-label="${
      escapeXml(text)
    }"></progress> ${escapeXml(text)}`,
    "text/plain": text,
  };
}

function duration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
