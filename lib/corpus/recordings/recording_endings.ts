/** Endings of recordings: what `openAudio` reads, by itself or by ffmpeg. */
export const RECORDING_ENDINGS: ReadonlySet<string> = new Set([
  ...".wav .wave .bwf .rf64 .bw64 .w64 .flac .mp3 .mp2 .mp1 .mpa .mpga .ogg .oga .ogv .ogx .opus .spx".split(
    " ",
  ),
  ...".m4a .m4b .m4p .m4r .m4v .mp4 .mov .qt .3gp .3gpp .3g2 .aac .adts .ac3 .eac3 .ec3 .dts .loas".split(
    " ",
  ),
  ...".webm .mkv .mka .mk3d .aif .aiff .aifc .caf .au .snd .sph .amr .awb .voc .8svx .wv .ape .tta".split(
    " ",
  ),
  ...".mpc .shn .ofr .dsf .dff .wma .wmv .asf .avi .flv .f4v .f4a .mpg .mpeg .m2ts .mts .ts .vob".split(" "),
  ...".mxf .rm .ra .rmvb .dss .ds2 .oma .gsm .silk".split(" "),
]);

/** Of these endings most files are something else (programs in TypeScript): the content decides. */
export const DOUBTFUL_ENDINGS: ReadonlySet<string> = new Set([".ts", ".mts"]);

/** Endings of what belongs beside recordings, or is made of them: passed over without a word. */
export const COMPANION_ENDINGS: ReadonlySet<string> = new Set([
  ...".rttm .uem .lab .ctm .stm .lst .scp .trn .textgrid .eaf .trs .cha .srt .vtt .ass .sub .lrc".split(" "),
  ...".txt .md .pdf .html .htm .xml .json .jsonl .yaml .yml .csv .tsv .log .toml .ini".split(" "),
  ...".npz .npy .pt .pkl .h5 .onnx .png .jpg .jpeg .svg .gif .webp".split(" "),
  ...".m3u .m3u8 .cue .md5 .sha1 .sha256 .sh .py .ts .js .ipynb".split(" "),
]);
