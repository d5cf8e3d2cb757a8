/** What users of the package write. Each script says "fine" at its end. */
export const CONSUMERS: Readonly<Record<string, string>> = {
  // From a recording, with the weights that come along.
  "diarize.mjs": `
import assert from "node:assert/strict";
import { diarize, formatRttm, programVersion, writeWav } from "dialab";
const rate = 16000;
const samples = new Float32Array(12 * rate);
for (let i = 0, noise = 1; i < samples.length; i++) {
  noise = (noise * 1103515245 + 12345) & 0x7fffffff;
  const time = i / rate, voice = Math.sin(2 * Math.PI * 2 * time) > 0 ? Math.sin(2 * Math.PI * 150 * time) : 0;
  samples[i] = 0.3 * voice + (time % 0.33 < 0.16 ? 0.2 * (noise / 0x7fffffff - 0.5) : 0);
}
await writeWav("sound.wav", samples, { sampleRate: rate });
const { annotation } = await diarize("sound.wav", { preset: "own" });
assert.match(formatRttm(annotation), /^SPEAKER sound 1 \\d/);
assert.match(programVersion().commit, /^[0-9a-f]{40}/);
console.log("fine");
`,
  // One kernel, alone.
  "vbx.mjs": `
import assert from "node:assert/strict";
import { openCompute } from "dialab/compute";
import { vbx } from "dialab/kernels/vbx";
for (const backend of ["scalar", "wasm"]) {
  const compute = await openCompute({ backend });
  const x = new Float64Array([5, 5.2, -5, -5.1]);
  const q0 = new Float64Array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8]);
  const { q } = await vbx(compute, x, new Float64Array([20]), q0, { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 });
  assert(q[0] > 0.99 && q[2] > 0.99 && q[5] > 0.99 && q[7] > 0.99);
}
console.log("fine");
`,
  // A picture; and the captures that come along are found.
  "plot.mjs": `
import assert from "node:assert/strict";
import { join } from "node:path";
import { findCaptures } from "dialab/parity";
import { projectRoot } from "dialab/places";
import { lanesFigure, renderSvg } from "dialab/plots";
import { Annotation, Segment } from "dialab/timeline";
const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
const hypothesis = new Annotation().add(new Segment(0, 7), "x").add(new Segment(7, 11), "y");
const svg = await renderSvg(lanesFigure({ reference, hypothesis }));
assert.match(svg, /^<svg[^]*confusion[^]*<\\/svg>$/);
assert(findCaptures(join(projectRoot(), "fixtures", "captures")).length >= 4);
console.log("fine");
`,
  // Without the optional packages.
  "without.mjs": `
import assert from "node:assert/strict";
import { diarize, elboFigure, openCompute, renderSvg, withPage } from "dialab";
const { optionalDependencies: wanted } = JSON.parse(
  (await import("node:fs")).readFileSync("node_modules/dialab/package.json", "utf8"),
);
const says = (name, flags = "") => (error) => {
  assert.equal(error.name, "MissingPackageError");
  assert(error.message.endsWith(
    " needs the package " + name + ", which is not installed. Run: npm install " + flags + name + "@" + wanted[name],
  ), error.message);
  return true;
};
await assert.rejects(renderSvg(elboFigure([-120, -100, -99])), says("@observablehq/plot"));
await assert.rejects(diarize("sound.wav", { preset: "own" }), says("onnxruntime-node", "--ignore-scripts "));
await assert.rejects(openCompute({ backend: "webgpu" }), /npm install webgpu@/);
console.log("fine");
`,
  "npm_specifier.mjs": `
import { vbx } from "npm:dialab/kernels/vbx";
console.log(typeof vbx === "function" ? "fine" : vbx);
`,
  "use.ts": `
import { type Annotation, COMMUNITY_1, diarize, lanesFigure, openCompute, renderSvg, withPage } from "dialab";
import { vbx, type VbxResult } from "dialab/kernels/vbx";
ROOMS
const { annotation }: { annotation: Annotation } = await diarize("a.wav", { preset: "own" });
// @ts-expect-error a preset has a name
await diarize("a.wav", { preset: 5 });
const compute = await openCompute({ backend: "wasm" });
const q0 = new Float64Array(8);
const options = { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 };
const result: VbxResult = await vbx(compute, new Float64Array(4), new Float64Array(1), q0, options);
// @ts-expect-error numbers, not a string
const wrong: string = result.q;
const first: number = result.q[0];
// @ts-expect-error there is no such field
result.nothing;
const svg: string = await renderSvg(lanesFigure({ hypothesis: annotation }));
await withPage((page) => page.content());
export const all: unknown[] = [COMMUNITY_1, first, svg, wrong, NAMES];
`,
};
