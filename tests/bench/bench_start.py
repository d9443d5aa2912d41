"""G1, G2: what it costs to start. `sunwai --help` against bare argparse; the first score against
a scikit-learn pipeline from joblib."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.bench_score import invented
from tests.bench.measuring import ROOT, ROUNDS, Ratio, cpu_of_command, ratio_table

HEAVY = ("numpy", "polars", "sklearn", "scipy", "pandas", "torch", "dash", "plotly", "sqlalchemy",
         "flask", "onnxruntime", "apscheduler")  # fmt: skip
BARE = (
    "import argparse; p = argparse.ArgumentParser(); s = p.add_subparsers(); "
    "[s.add_parser(f'verb{n}', help='does it') for n in range(20)]; "
    "p.parse_args(['--help'])"
)
LOADED = (
    "import sys; sys.argv = ['sunwai', '--help']\n"
    "from sunwai.cli import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "print(' '.join(sorted(sys.modules)), file=sys.stderr)"
)
MADE = """
import json, joblib, sys
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
texts = json.load(open(sys.argv[1]))
made = make_pipeline(
    HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18),
    OneVsRestClassifier(SGDClassifier(loss="log_loss", max_iter=5, tol=None)),
)
made.fit(texts, [n % 6 for n in range(len(texts))])
joblib.dump(made, sys.argv[2])
"""
THEIRS = "import sys, joblib; p = joblib.load(sys.argv[1]); p.predict([sys.argv[2]])"
OURS = (
    "import sys; from data.reading import Language; "
    "from moderation.signals.builtin import load_builtin; "
    "load_builtin().score([sys.argv[1]], [Language.EN])"
)


def main() -> str:
    """The figures as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pipeline, question = _pipeline(home), _question(home)
        text = "You are a fool, and the road is still broken."
        score = ["-m", "sunwai", "score", "--in", question, "--out", str(home / "out.jsonl")]
        jobs = {
            "help": ["-m", "sunwai", "--help"],
            "bare": ["-c", BARE],
            "score": score,
            "engine": ["-c", OURS, text],
            "sklearn": ["-c", THEIRS, pipeline, text],
        }
        cpu: dict[str, list[float]] = {name: [] for name in jobs}
        for round_no in range(ROUNDS + 1):
            for name, command in jobs.items():
                spent, _ = cpu_of_command(command, home)
                if round_no:  # the first warms the disk's cache
                    cpu[name].append(spent)
    unit = "s of CPU"
    return "\n\n".join(
        [
            ratio_table(
                [
                    Ratio(what="G2 `sunwai --help` / bare argparse with 20 verbs", unit=unit,
                          over=cpu["help"], under=cpu["bare"]),
                    Ratio(what="G1 scikit-learn from joblib / our engine alone, first score",
                          unit=unit, over=cpu["sklearn"], under=cpu["engine"]),
                    Ratio(what="G1 scikit-learn from joblib / all of `sunwai score`, one line",
                          unit=unit, over=cpu["sklearn"], under=cpu["score"]),
                ]
            ),
            f"Heavy modules that `sunwai --help` loads: {_heavy()}.",
        ]
    )  # fmt: skip


def _pipeline(home: Path) -> str:
    """A small pipeline as one ships it, made in a process of its own."""
    texts, path = home / "texts.json", home / "pipeline.joblib"
    texts.write_text(json.dumps(invented(600)[0]), "utf-8")
    subprocess.run([sys.executable, "-c", MADE, str(texts), str(path)], check=True)
    return str(path)


def _question(home: Path) -> str:
    path = home / "one.jsonl"
    path.write_text(json.dumps({"id": 1, "text": "You are a fool."}) + "\n", "utf-8")
    return str(path)


def _heavy() -> str:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", LOADED],
            cwd=ROOT,
            env={**os.environ, "SUNWAI_HOME": home},
            check=True,
            capture_output=True,
            text=True,
        )
    loaded = {name.split(".")[0] for name in done.stderr.split()}
    return ", ".join(sorted(loaded & set(HEAVY))) or "none"


if __name__ == "__main__":
    print(main())
