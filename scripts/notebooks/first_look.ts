/** The notebook that `notebooks init` gives: a recording diarized, seen, heard and saved. */
const CELLS: readonly (readonly [kind: "markdown" | "code", id: string, source: string])[] = [
  [
    "markdown",
    "title",
    `# A first look

Who speaks when in a recording: diarized, seen, heard and saved. Shift+Enter runs a cell.`,
  ],
  [
    "code",
    "setup",
    `import { diarize, enableDisplays, player, showProgress, turnTable, writeRttm } from "dialab";

enableDisplays(); // annotations, arrays and results show themselves`,
  ],
  [
    "markdown",
    "about-recording",
    `## The recording

A file of yours: WAV, FLAC, MP3, Ogg, Opus, M4A, and what ffmpeg reads where it is installed. \`sample.wav\` was
made by a program: two voices that hum in turns.`,
  ],
  ["code", "recording", `const FILE = "sample.wav"; // such as "/home/me/meeting.flac"`],
  [
    "markdown",
    "about-diarize",
    `## Who speaks when

\`own\` has weights that come with dialab. Others hear more: \`dialab fetch models\` gets what is published, and
\`{ preset: "community-1" }\` takes it.`,
  ],
  [
    "code",
    "diarize",
    `const talk = await showProgress((hook) => diarize(FILE, { preset: "own", hook }));
talk;`,
  ],
  [
    "markdown",
    "about-player",
    `## Hear it

A click on a turn plays it. Space, arrows, + and - work where the wave has the focus; Solo and Mute choose who is heard.`,
  ],
  ["code", "player", `player({ annotation: talk.annotation, audio: FILE });`],
  [
    "markdown",
    "about-turns",
    `## The turns

In seconds. \`talk.annotation\` is pyannote's \`Annotation\` in TypeScript: \`itertracks\`, \`labels\`, \`crop\`, ...`,
  ],
  ["code", "turns", `turnTable(talk.annotation);`],
  [
    "markdown",
    "about-save",
    `## Save it

RTTM, as everybody reads it; \`writeTextGrid\`, \`writeCsv\` and others are there too.`,
  ],
  [
    "code",
    "save",
    `await writeRttm("first-look.rttm", talk.annotation);
console.log(await Deno.readTextFile("first-look.rttm"));`,
  ],
];

/** The notebook as a file. */
export function firstLook(): string {
  const cells = CELLS.map(([kind, id, source]) => ({
    cell_type: kind,
    id,
    metadata: {},
    ...(kind === "code" ? { execution_count: null, outputs: [] } : {}),
    source: source.split(/(?<=\n)/),
  }));
  const metadata = {
    kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
    language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
  };
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
