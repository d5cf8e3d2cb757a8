/** Every noun of the library has a display, or a reason why it has none. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import ts from "typescript";
import * as dialab from "#lib/mod.ts";
import { displayOf } from "#lib/notebook/display_of.ts";
import { projectRoot } from "#lib/places/places.ts";

const root = projectRoot();
const scratch = mkdtempSync(join(tmpdir(), "dialab-nouns-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const {
  Annotation,
  compareRuns,
  COMMUNITY_1,
  decisionMargins,
  describeEnvironment,
  diarizationErrorRate,
  findCaptures,
  findPlda,
  ndArray,
  readCapture,
  recordedRun,
  replayCapture,
  runStages,
  Segment,
  Timeline,
} = dialab;
const captures = findCaptures(join(root, "fixtures", "captures"));
const capture = await readCapture(captures.find(({ name }) => name === "c_one_chunk")!.folder);
const plda = await findPlda(capture);
const { segmentations, embeddings } = capture.artefacts;
const run = await runStages(COMMUNITY_1, { segmentations, embeddings }, { models: { plda: plda.model } });
const report = await replayCapture(capture, { models: { plda: plda.model } });
const recorded = recordedRun(capture, {
  stages: COMMUNITY_1,
  given: { segmentations, embeddings },
  models: { plda: plda.model },
});
const reference = new Annotation({ uri: "talk" }).add(new Segment(0, 6), "ann").add(
  new Segment(6, 10),
  "bob",
);
const hypothesis = new Annotation({ uri: "talk" }).add(new Segment(0, 7), "x");
const score = dialab.scoreFile(reference, hypothesis, { uri: "talk" });
const difference = compareRuns(recorded, { ...recorded, name: "other" });
const margins = decisionMargins(await dialab.completeRun(recorded));
const file = join(scratch, "tone.wav");
const tone = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin(i / 5));
await dialab.writeWav(file, tone, { sampleRate: 16_000 });
await using audio = await dialab.openAudio(file);
await using compute = await dialab.openCompute({ backend: "scalar" });
const manifest = await dialab.MetadataManifest.fromRows([{ wav_id: "a", snr: 1.5 }], {
  source: "snr",
  threads: 1,
});
afterAll(() => manifest.close());
const spoken = {
  ...{ id: "talk_0000", wavId: "talk", waveform: [tone], sampleRate: 16_000, metadata: { snr_db: 12 } },
};
const speechBatch = new dialab.SpeechCollator().collate([spoken]);
const sampler = new dialab.MetadataSampler({ columns: ["label"] });
const stageSummary = {
  ...{ name: "vad", files: 1, rows: 2, succeeded: 1, failed: 1, arraysMissing: null, durationSec: 9 },
  segments: null,
  columns: [
    { name: "snr", type: "float", nulls: 1, nans: 0, min: 1, median: 1, max: 1, distinct: null, common: [] },
  ],
};
const described = { name: "a", computed: "recorded", source: "a" };
const card = dialab.modelCards()[0];
const window = { startSec: 0, durationSec: 10, stepSec: 1 };

/** A value of each type, and what its text form begins with. */
const DISPLAYED: Readonly<Record<string, readonly [value: unknown, text: RegExp]>> = {
  Annotation: [reference, /^talk: 2 turns, 2 speakers/],
  Timeline: [new Timeline([new Segment(0, 1)], { uri: "talk" }), /^talk: 1 turn/],
  Segment: [new Segment(1, 2.5), /^0:01\.00 to 0:02\.50, 1\.500 s$/],
  NdArray: [ndArray("f8", [2], Float64Array.of(1, 2)), /^f8 \(2,\): 1 to 2/],
  Diarization: [
    {
      ...{
        annotation: reference,
        exclusive: reference,
        embeddings,
        stages: {},
        durationSec: 10,
        seconds: { total: 1 },
      },
      warnings: ["a speaker too few"],
    },
    /^talk: 2 turns[^]*Warning: a speaker too few$/,
  ],
  AnnotatedAudio: [{ annotation: reference, audio: file }, /^talk: 2 turns, 2 speakers; 10\.000 s\.$/],
  MonoAudio: [await dialab.readAudio(file), /^Recording: 0\.500 s at 16000 Hz/],
  Audio: [audio, /^a recording, opened\n[^]*sample rate +16000 Hz\nlength +0\.500 s/],
  Compute: [compute, /^where kernels run\n[^]*backend +scalar/],
  RunResult: [run, /^stage +ms +artefact/],
  Capture: [capture, /^c_one_chunk, a capture/],
  CaptureReport: [report, /^c_one_chunk on scalar, f64: parity/],
  StageReport: [report.stages[0], /^a quantity of a stage, held against pyannote's/],
  RttmReport: [report.rttm, /^an RTTM held against its reference/],
  RunDifference: [difference, /^c_one_chunk and other: the same in every stage/],
  QuantityDifference: [difference.quantities[0], /^a quantity of two runs, compared/],
  TurnsDifference: [difference.turns, /^how the turns of two runs differ/],
  Bisection: [
    await dialab.bisectRuns(
      recorded,
      await dialab.runRecipe("b", { ...recorded.recipe!, options: { vbx: { fb: 1 } } }),
    ),
    /./,
  ],
  Margins: [margins, /^c_one_chunk: the nearest of/],
  MarginList: [margins.lists[0], /^how near decisions of one kind were/],
  Amplification: [
    await dialab.amplify(recorded, { stage: "inputs", artefacts: ["embeddings"], sizes: [1e-6], seed: 1 }),
    /^Noise of/,
  ],
  DriftReport: [
    { a: described, b: described, environment: describeEnvironment(), difference, seconds: {} },
    /^c_one_chunk and other: the same/,
  ],
  DriftRun: [recorded, /^c_one_chunk\n/],
  Repetition: [
    { outcome: "none", differences: [], weights: [], missing: [], notes: [] },
    /^whether this installation would repeat a run\n/,
  ],
  Clustering: [dialab.clusteringNamed("vbx"), /^a clustering: a back end by name\n/],
  OptionFact: [dialab.listOptions()[0], /^an option of a run\n/],
  RunProvenance: [
    { version: 2, clustering: "vbx", preset: "own", options: dialab.parseOptions({ vbx: { fa: 0.2 } }) },
    /^what a run depended on\n[^]*options not default +vbx\.fa 0\.2/,
  ],
  Environment: [describeEnvironment(), /^the machine\n/],
  FileScore: [score, /^recording +DER +JER/],
  Scores: [{ ...score, uri: undefined }, /^recording|^DER/],
  DiarizationErrorRate: [diarizationErrorRate(reference, hypothesis), /^DER +missed/],
  DiarizationErrors: [score.diarization, /^DER +missed/],
  JaccardErrorRate: [dialab.jaccardErrorRate(reference, hypothesis), /^JER +speakers/],
  DetectionErrorRate: [dialab.detectionErrorRate(reference, hypothesis), /^detection error +missed/],
  Purity: [dialab.purity(reference, hypothesis), /^purity +by/],
  Coverage: [dialab.coverage(reference, hypothesis), /^coverage +by/],
  Cooccurrence: [reference.cooccurrence(hypothesis), /^how long each speaker/],
  TurnDifferences: [dialab.turnDifferences(reference, hypothesis), /^where two annotations differ/],
  Preset: [dialab.PRESETS.compact, /^a preset\n[^]*segmentation +segmentation-3\.0/],
  ModelCard: [card, /^a network: its card and contract/],
  FoundModel: [{ path: "/x", card, sha256: "", verified: true }, /^a network's weights on this machine/],
  PldaModel: [plda.model, /^a PLDA model\n[^]*dimension/],
  FoundPlda: [plda, /^a PLDA model that was found/],
  FoundCapture: [captures[0], /^a capture that was found/],
  TrainingSet: [run.artefacts.training, /^the \(chunk, slot\) pairs/],
  PldaEmbeddings: [
    { postXvec: run.artefacts.postXvec, postPlda: run.artefacts.postPlda },
    /^embeddings through PLDA/,
  ],
  SlidingWindow: [window, /^a sliding window\n/],
  Figure: [dialab.elboFigure([-3, -2]), /^Evidence lower bound/],
  ShardVerification: [{ sound: true, shards: [] }, /^shards, looked at\n/],
  PackagedShards: [
    { index: { root: "/data", shards: [], samples: [] }, failures: [], overlong: [] },
    /^what was packed into shards\n/,
  ],
  Clipping: [{ clips: [{ onset: 0, offset: 2 }], overlong: [] }, /^how a recording is cut\n/],
  ShardIndex: [{ root: "/data", shards: [], samples: [] }, /^an index of shards\n[^]*root +\/data/],
  CorpusReason: [
    { wavId: "a", stages: [], filters: [], kept: true },
    /^why a recording is kept[^]*kept +yes/,
  ],
  BuiltManifest: [
    { manifest: {}, joined: {}, stages: ["vad"], conditions: [] },
    /^a manifest that was built[^]*vad/,
  ],
  CorpusSummary: [
    { folder: "out", recordings: 2, inAllStages: 1, durationSec: 9, stages: [stageSummary], warnings: [] },
    /^out: 2 recordings, 9 s; 1 succeeded in vad\n[^]*snr +float +50 % +1 +1 +1/,
  ],
  StageSummary: [stageSummary, /^what a stage has\n/],
  SegmentSummary: [{ rows: 1, totalSec: 2, labels: [] }, /^what a stage's segments come to/],
  ColumnSummary: [stageSummary.columns[0], /^what a column holds/],
  StageRecord: [{ wavId: "a", meta: { duration: 2 } }, /^what a stage has of a recording[^]*duration 2/],
  StageState: [{ stage: "vad", state: "absent" }, /^how a stage stands with a recording[^]*absent/],
  PipelineConfig: [
    dialab.pipelineConfig({}),
    /^how the output of a corpus was made\n[^]*vad_threshold +0\.5/,
  ],
  FilterConfig: [
    dialab.filterConfig({ required_labels: ["KCHI"] }),
    /^which recordings are wanted\n[^]*required_labels +KCHI/,
  ],
  DatasetConfig: [dialab.datasetConfig({ dataset_dir: "d" }), /^a data set: [^]*dataset_dir +d/],
  LoaderConfig: [dialab.datasetConfig({ dataset_dir: "d" }).loader, /^how batches[^]*batch_size +8/],
  ConfigReading: [dialab.parseConfig("{}"), /^a configuration that was read[^]*version +b43d394f6e37/],
  SampleOrder: [dialab.sampleOrder([2, 3]), /^in which order an epoch[^]*length +5/],
  SpeechSample: [spoken, /^a sample of speech[^]*wav id +talk/],
  DataBatch: [speechBatch, /^a batch of speech\n[^]*sample rate +16000/],
  BatchScalar: [speechBatch.scalars.snr_db, /^a number of each sample/],
  DurationBatch: [
    [...dialab.durationBatches(dialab.sampleOrder([2]), { lengthsSec: [3, 4] })][0],
    /^a batch of samples of like lengths[^]*padded \(s\) +8/,
  ],
  MetadataSampler: [sampler, /^a sampler of rows[^]*strategy +proportional/],
  MetadataSample: [sampler.sample(dialab.tableOf([{ label: "a" }]), 1), /^rows that were drawn/],
  StratumRows: [dialab.strataOf(dialab.tableOf([{ a: 1 }]), { columns: ["a"] })[0], /^rows that are alike/],
  EpochBatch: [
    [...dialab.epochBatches(dialab.sampleOrder([5]), { batchSize: 3 })][0],
    /^a batch of an epoch, by[^]*round end +3/,
  ],
  Stage: [COMMUNITY_1, /^name +needs +gives/],
  Loudness: [
    { integratedLufs: -23, rangeLu: 5, truePeakDbtp: null },
    /^how loud a recording is\n[^]*integrated lufs +-23/,
  ],
  FeatureProcessor: [
    dialab.processorNamed("vad"),
    /^vad: where somebody speaks\n[^]*n_speech_segments +int/,
  ],
  ProcessReport: [
    {
      ...{ out: "out", processors: ["vad"], recordings: 3, made: 2, kept: 0, failed: 1 },
      failures: [{ wavId: "a", processor: "vad", error: "a.wav: there is no such file" }],
    },
    /^out: vad of 3 recordings; 2 made, 0 there already, 1 failed\n[^]*a +vad +a\.wav: there is no such file/,
  ],
  StoredFeature: [
    {
      ...{ wavId: "a", path: "a.wav", success: true, error: "", durationSec: 2, originalSr: 8000 },
      ...{ audioSha256: null, dialab: "0", warnings: [], scalars: { speech_ratio: 0.5 } },
      segments: [{ onset: 1, offset: 2 }],
    },
    /^a: 2\.000 s, 1 segment\n[^]*speech_ratio +0\.5/,
  ],
  SignalToNoise: [
    dialab.signalToNoise({ powers: new Float64Array(9), frameSec: 1, segments: [] }),
    /^how much louder speech is than noise/,
  ],
  RecordingList: [
    dialab.parseRecordings("path,duration\na.wav,2\n", { file: "list.csv" }),
    /^list\.csv: 1 recording, 0\.00 h\n/,
  ],
  MetadataManifest: [
    manifest,
    /^snr, a manifest: 1 row, 2 columns\nwav_id +snr\n/,
  ],
  Table: [dialab.tableOf([{ wav_id: "a", snr: 1.5 }]), /^a table: 1 row, 2 columns\n/],
  Report: [
    { title: "A", verdict: { text: "fine", tone: "good" }, summary: "", sections: [], madeAt: new Date(0) },
    /^a report/,
  ],
};

/** Why a type needs no display, by the types. */
const EXEMPT: readonly (readonly [why: string, names: RegExp])[] = [
  [
    "a part of a table or a manifest, or a form of its values",
    /^(Column|ColumnType|SampleSegment|Stratum|SamplingStrategy|ManifestC\w+|ManifestJoiner|JoinStrategy|MetadataStore)$/,
  ],
  [
    "settings that a function is given",
    /(Options|OptionsInput|Settings|Hints|Bounds|Providers|Limits|Parameters|Geometry|Input|Recipe|Definition)$/,
  ],
  [
    "data that a figure is given",
    /(Data|Axis|Names|Colours|Palette|Legend|Timing|Spec|Parts|Tools|Counts|PairedRecordings)$|^(StageError|ErrorSeries|Place)$/,
  ],
  [
    "data that a page is given",
    /^(Report(Recording|Section|Table|Block|Cell)|(Diarization|Drift|Parity|Reference)Page|ParityItem|Sound)$/,
  ],
  ["a name and a sum", /^ModuleSum$/],
  ["an error; it shows as errors do", /(Error|Failure|Fault|Warning)$/],
  [
    "a tool that is worked with, not looked at",
    /^(StageOutput|Gpu\w*|Resampler|MersenneTwister|SpeechCollator|SpeechTransform|LoudnessMeter|TruePeak|NeumaierSum|Random|NetworkFlow|NetworkWorker|Part\w*|Request\w*|Flow\w*|Chopping|KernelSpec|KernelTime|Dispatch|BufferOptions|ByteRange|CopyRange|Kernel|Displayed|MimeBundle|Table(Cell|Row)|Hook|Warn|\w*Network|Diarizer|FrontStages|NpzArchive|AnyStage|StageContext|Models|FinishedPart)$/,
  ],
  [
    "a part of something that has a display",
    /^(ListedRecording|Feature|FeatureSegment|ProcessedRow|ProcessEvent|Drift(Quantity|Setting|RunDescription|Spot|Series|Map)|ValueSpot|UlpHistogram|DecisionChange|TurnError|Margin|HybridOutcome|StageBisection|SmallestPart|BisectProgress|AmplifiedError|AmplificationStep|HintReport|NotCompared|SpeakerChange|NistNoScore|SelfOverlap|ClusteredSegmentations|Quantity|Values|Difference|Manifest\w*|Artefacts|ModelPlace|MissingModel|RecordingPair|RegionSpeakers|ScoredRegions|SpeakerTimes|Assignment|LloydResult|AhcResult|EmbeddingDifference|Heard|PresetPlda|BestPreset|OptionSection|NetworkRun|ProvenanceDifference|ProgramVersion|WaitingTimes|(Worker|Request|Flow)Statistics|Chunk|ChunkFrames|FrameGrid|Segmentation|SpokenTurn|PldaWeights|RenderedChunks|SynthesizedConversation|PrincipalPlane|ArrayInfo|ArrayPlace|SegmentTracks|TurnColumns|NumberedTurns|RttmChannel|RttmRecording|DiscretizedAnnotation|Capture\w+)$/,
  ],
  [
    "a part of a set of shards, or what works on it",
    /^(ShardReader|OpenShard|ShardSample|Indexed(Member|Sample|Shard)|SampleRule|ShardWriter|VerifiedShard|FlagRuns?|SegmentStatistics)$/,
  ],
  [
    "what loads samples, and what it gives beside a sample and a batch",
    /^(DecodedAudio|SpeechLoader|RawFileLoader|WebDatasetLoader|SpeechBatches|LoadedBatch|LoadedWaveform|LoaderState|ChosenIds|BatchMemory)$/,
  ],
  [
    "a form of values, not a thing",
    /^(WavId|ClipId|StageName|Scalar|FeatureColumns|FeatureColumnType|ProcessorNeed|ArrayOf|DataTypes|DataOf|DType|NumericDType|AudioBlock|WavSampleFormat|PldaArrays|Backend|Precision|\w*Provider|BindingKind|Workgroups|DumpStage|ChunkNetwork|Summation|DriftTensor|MarginKind|Mode|ArtefactName|CommunityOptions|HeatScale|Theme|DifferenceKind|LabUnit|ProvenanceEffect|PraatEncoding|\w+Json|NameSource|LabelMapping|CropMode|Support|LabelledTrack|StepDifference)$/,
  ],
];

/** Names of the classes, interfaces and types that a module exports, itself or from others. */
function exportedTypes(file: string): Set<string> {
  const names = new Set<string>();
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      const target = from.startsWith("#") ? join(root, from.slice(1)) : join(dirname(file), from);
      const there = exportedTypes(target);
      const clause = statement.exportClause;
      if (clause === undefined) { for (const name of there) names.add(name); }
      else if (ts.isNamedExports(clause)) {
        for (const { name, propertyName } of clause.elements) {
          if (there.has((propertyName ?? name).text)) names.add(name.text);
        }
      }
    } else if (
      (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) names.add(statement.name.text);
  }
  return names;
}

describe("every noun of the library", () => {
  test("has a display, or a reason why not", () => {
    const names = [...exportedTypes(join(root, "lib/mod.ts"))];
    expect(names.length).toBeGreaterThan(200);
    const without = names.filter((name) =>
      !(name in DISPLAYED) && !EXEMPT.some(([, pattern]) => pattern.test(name))
    );
    // A new type: give it a display (lib/notebook/nouns.ts) and a value above, or a reason in EXEMPT.
    expect(without).toEqual([]);
    expect(Object.keys(DISPLAYED).filter((name) => !names.includes(name))).toEqual([]);
  }, 60_000);

  test.each(Object.keys(DISPLAYED))("%s shows itself as what it is", async (name) => {
    const [value, text] = DISPLAYED[name];
    const own = typeof value === "object" && value !== null && dialab.JUPYTER_DISPLAY in value
      ? await (value as dialab.Displayed)[dialab.JUPYTER_DISPLAY]()
      : await displayOf(value)?.();
    expect(own?.["text/plain"]).toMatch(text);
    expect(own?.["text/plain"]).not.toMatch(/undefined|\[object|NaN/);
  });

  test("is told from things of others", () => {
    const others = [
      { name: "x" },
      { name: "a house", folder: "/", rooms: 3, garden: 1 },
      [],
      [{}],
      new Map([[1, 2]]),
    ];
    for (const other of others) expect(displayOf(other)).toBe(undefined);
  });

  test("prints in a terminal", () => {
    expect(inspect(reference)).toBe(
      "Annotation talk: 2 speakers, 2 turns\n  [ 00:00:00.000 -->  00:00:06.000] ann\n  [ 00:00:06.000 -->  00:00:10.000] bob",
    );
    expect(inspect(new Segment(1, 2))).toBe("Segment [ 00:00:01.000 -->  00:00:02.000]");
    expect(inspect(new Timeline([new Segment(1, 2)]))).toBe(
      "Timeline: 1 segment\n  [ 00:00:01.000 -->  00:00:02.000]",
    );
  });

  test("comes in lists and by recording", async () => {
    expect((await displayOf(captures)!())["text/plain"]).toMatch(/^name +folder\n[^]*a_two_speakers/);
    expect((await displayOf([score])!())["text/plain"]).toMatch(/^uri/);
    const map = new Map([["talk", reference]]);
    expect((await displayOf(map)!())["text/plain"]).toMatch(/talk +2 +2 +10\.000$/);
  });
});
