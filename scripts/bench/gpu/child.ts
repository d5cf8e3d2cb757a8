/** One step of `bench gpu` in a process of its own, started by run_step.ts: its argument is a `StepRequest` in JSON. */
import { writeSync } from "node:fs";
import process from "node:process";
import { openBackend } from "../../cli/backends.ts";
import { isForeseen, messageOf } from "../../cli/tell_error.ts";
import { FaultHook } from "./fault_hook.ts";
import { EVENT_MARK, NothingToDoError, type StepContext, type StepEvent, type StepRequest } from "./step.ts";
import { stepNamed } from "./steps.ts";

/** At once, so that what was said is known whatever comes next. */
function say(event: StepEvent): void {
  const bytes = new TextEncoder().encode(`${EVENT_MARK}${JSON.stringify(event)}\n`);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

// The parent is gone: so is what this is for.
process.stdin.on("end", () => process.exit(1)).resume();

const asked: StepRequest = JSON.parse(process.argv[2]);
const hook = new FaultHook(asked.step);
const context: StepContext = {
  ...asked,
  async openGpu(precision, { profile = false } = {}) {
    const request = { name: "webgpu", backends: ["webgpu"], adapter: asked.adapter, precision } as const;
    const compute = await openBackend("webgpu", request, profile);
    hook.opened(compute.gpu!.device);
    return compute;
  },
  give(row) {
    say({ row });
    hook.afterRow();
  },
  note: (note) => say({ note }),
  progress: (progress) => say({ progress }),
};
try {
  const work = await stepNamed(asked.step).load();
  await work(context);
  say({ done: true });
} catch (error) {
  if (error instanceof NothingToDoError) say({ skipped: error.message });
  else {
    const name = error instanceof Error && !isForeseen(error) ? `${error.name}: ` : "";
    say({ failed: `${name}${messageOf(error)}` });
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  }
}
// Not by the event loop's end: a native library that holds it open would wait for the limit.
process.exit(0);
