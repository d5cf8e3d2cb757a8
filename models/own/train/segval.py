"""Validation chunks for the segmentation student: the four capture clips, AMI trn05-trn06 (2 s step), 90 simulated chunks."""
import os, sys
import numpy as np, onnxruntime as ort, soundfile as sf, torch
from frontend import LogMel
from simulate import Simulator, TEACHER, WORK

FIX = os.environ["FIXTURES"]
so = ort.SessionOptions(); so.intra_op_num_threads = 1
teacher = ort.InferenceSession(TEACHER, so, providers=["CPUExecutionProvider"])
front = LogMel().eval()
clips = [f"{FIX}/captures/{c}/clip_16k.wav" for c in ("02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker")]
ami = [f"{FIX}/ami/trn0{k}.wav" for k in (5, 6)]
out = {}
for name, files in (("clips", clips), ("ami", ami), ("sim", None)):
    if files:
        x = [a[o:o + 160000] for a in (sf.read(f, dtype="float32")[0] for f in files) for o in range(0, len(a) - 159999, 32000)]
    else:
        s = Simulator(12345); x = [s.spoil(y, k) for y, _, k in (s.conversation() for _ in range(90))]
    out["teach_" + name] = np.stack([teacher.run(None, {"input_values": a[None, None]})[0][0] for a in x]).astype(np.float16)
    with torch.no_grad():
        out["mel_" + name] = np.stack([front(torch.from_numpy(a)[None])[0].numpy() for a in x]).astype(np.float16)
    print(name, out["mel_" + name].shape)
np.savez(f"{WORK}/segval.npz", **out)
