"""Executes a notebook headless and keeps every output.

    python3 execute.py NOTEBOOK OUT [--cwd DIR] [--timeout SECONDS] [--html FILE]

Prints one line of JSON: ok, cells, outputs, seconds, and the error with its cell if there is one. OUT is written either way, so
that a failed notebook can be looked at.

The Deno kernel hands what a cell prints to a task of its own and may announce that it is idle before that task is through; a client
that stops listening at "idle" (as nbclient does) loses the rest now and then. Here a silent request follows each cell and
sends a token the two ways that outputs take, by printing and by broadcasting. Each way keeps its order, so once both tokens are back
everything before them has arrived.
"""

import argparse
import asyncio
import base64
import copy
import html
import json
import re
import sys
import tempfile
import time
import uuid

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async

OUTPUTS = ("stream", "display_data", "execute_result", "error", "clear_output", "update_display_data")


class PatientClient(NotebookClient):
    """nbclient that listens until a cell's last output has come, and knows which cell it is at."""

    current = None

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        self.current = cell_index
        return await super().async_execute_cell(cell, cell_index, *args, **kwargs)

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        token = f"end-of-cell-{uuid.uuid4()}"
        waiting = {"stream", "display_data"}
        code = (
            f'console.log("{token}");'
            f'await Deno.jupyter.broadcast("display_data", '
            f'{{ data: {{ "text/plain": "{token}" }}, metadata: {{}}, transient: {{}} }});'
        )
        self.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
        while waiting:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            kind, content = message["msg_type"], message["content"]
            if kind not in OUTPUTS:
                continue
            if kind == "display_data" and content["data"].get("text/plain") == token:
                waiting.discard("display_data")
                continue
            if kind == "stream" and token in content["text"]:
                waiting.discard("stream")
                content["text"] = content["text"].replace(f"{token}\n", "")
                if content["text"] == "":
                    continue
            self.process_message(message, cell, cell_index)


def join_streams(cell):
    """One output for neighbouring pieces of the same stream, as Jupyter's own pages show them."""
    joined = []
    for output in cell.outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    cell.outputs = joined


def write_html(notebook, path):
    """A page that asks nothing of the network (no MathJax, no RequireJS) and shows every picture."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    page = copy.deepcopy(notebook)
    for cell in page.cells:
        for output in cell.get("outputs", []):
            svg = output.get("data", {}).pop("image/svg+xml", None)
            if svg is not None and "text/html" not in output.data:
                # As JupyterLab does: an image of its own. Inline, ids of two pictures could clash, and some nbconverts clean them away.
                source = base64.b64encode(svg.encode()).decode()
                alt = html.escape(output.data.get("text/plain", "").splitlines()[0])
                output.data["text/html"] = f'<img alt="{alt}" style="max-width: 100%" src="data:image/svg+xml;base64,{source}">'
    exporter = HTMLExporter(config=Config({"HTMLExporter": {"mathjax_url": "", "require_js_url": ""}}))
    body, _ = exporter.from_notebook_node(page)
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(r"<script[^>]*\ssrc=\"\"[^>]*>\s*</script>", "", body))


def fault(cell, error, log):
    """The traceback of a failed cell, or what else went wrong: a cell that takes too long, a kernel that died."""
    if isinstance(error, CellExecutionError):
        return [line for output in cell.outputs if output.output_type == "error" for line in output.traceback]
    lines = [f"{type(error).__name__}: {error}".splitlines()[0]]
    if isinstance(error, CellTimeoutError):
        return lines
    log.seek(0)
    said = [line for line in log.read().decode(errors="replace").splitlines() if "is unstable" not in line]
    return lines + said[-20:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook")
    parser.add_argument("out")
    parser.add_argument("--cwd")
    parser.add_argument("--timeout", type=int, default=120)
    parser.add_argument("--html", dest="page")
    args = parser.parse_args()

    start = time.monotonic()
    notebook = nbformat.read(args.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    settings = {
        "timeout": args.timeout,
        "iopub_timeout": args.timeout,
        "raise_on_iopub_timeout": True,
        "kernel_name": "deno",
        "record_timing": False,
        "startup_timeout": 60,
    }
    client = PatientClient(notebook, **settings)
    error = None
    with tempfile.TemporaryFile() as log:
        try:
            # What the kernel writes past Jupyter, such as a panic, is told when it dies.
            client.execute(cwd=args.cwd, stdout=log, stderr=log)
        except (CellControlSignal, CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError, asyncio.TimeoutError) as caught:
            cell = notebook.cells[client.current] if client.current is not None else None
            error = {
                "cell": client.current,
                "id": cell.get("id") if cell else None,
                "source": cell.source if cell else "",
                "traceback": fault(cell, caught, log),
            }
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        join_streams(cell)
    nbformat.write(notebook, args.out)
    if args.page:
        write_html(notebook, args.page)
    print(json.dumps({
        "ok": error is None,
        "cells": sum(cell.execution_count is not None for cell in code),
        "outputs": sum(len(cell.outputs) for cell in code),
        "seconds": round(time.monotonic() - start, 2),
        "error": error,
    }))
    sys.exit(0 if error is None else 1)


main()
