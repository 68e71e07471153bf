"""Learns what the words tell that a small model would say of a sentence (`app/kinds/minutes/acts.json`).

    python -m bench.acts FOLDER [FOLDER …] --url http://127.0.0.1:9000/v1 --keep /tmp/answers.json [--write] [--apart FOLDER]

The sentences of the tests (`tests/kinds/minutes/sentences`) are those of short, clean meetings; `bench/talk` has those of
people who talk, of whom most only seem to decide or to promise, and `bench/talk/apart` others by another hand. A FOLDER has a
file for each language (`en.txt`), with a line for each sentence behind its letter: D decides, A gives or takes on a task, Q
or P asks or leaves open, N does nothing of these. The model of the embedded engine at --url is asked about each; --keep
stores its answers, and asks for none that is there. Prints how many sentences are told right, each fifth by what the others
taught; with --apart how many of another folder, by somebody who did not know this one. --write stores the weights."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from app.kinds.minutes import acts

WEIGHTS = Path(acts.__file__).with_name("acts.json")
ACTS = {"D": "D", "A": "A", "Q": "Q", "P": "Q", "N": "N"}
FLOOR = -12.0  # a logarithm of probability below which a word is as good as never said
SEEN = 8  # sentences that a word must be likely for, so that something can be learned of it
STRENGTH = 0.01  # of the regression: the inverse of how much large weights cost
Rows = Sequence[tuple[str, str]]  # letters and sentences
Tops = Mapping[str, float]


def rows_of(folder: Path) -> list[tuple[str, str]]:
    lines = [line for path in sorted(folder.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return [(ACTS[letter], said) for letter, bar, said in (line.partition("|") for line in lines) if bar]


class Model:
    """The model at *url*, whose answers are kept in the file *kept*."""

    def __init__(self, url: str, kept: Path) -> None:
        self._url, self._kept = url, kept
        self._answers: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        self.name = str(self._answers.get("model", ""))

    def tops(self, text: str) -> Tops:
        if text not in self._answers:
            self._answers[text] = self._ask(text)
            if len(self._answers) % 50 == 0:
                self.keep()
        found: Tops = self._answers[text]
        return found

    def keep(self) -> None:
        self._kept.write_text(json.dumps({**self._answers, "model": self.name}, ensure_ascii=False), "utf-8")

    def _ask(self, text: str) -> Tops:
        asked = [{"role": each.role, "content": each.content} for each in acts.messages(text)]
        body = {"messages": asked, "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": acts.TOP}
        request = Request(f"{self._url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urlopen(request, timeout=600) as response:  # nosec B310  an address of the command line
            answer = json.load(response)
        self.name = answer["model"]
        return {each["token"]: each["logprob"] for each in answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]}


class Taught:
    """What *tops* and *letters* teach."""

    def __init__(self, tops: Sequence[Tops], letters: Sequence[str]) -> None:
        seen = Counter(token for each in tops for token in each)
        self.tokens = [token for token, times in sorted(seen.items()) if times >= SEEN]
        self._scaler = StandardScaler()
        table = self._scaler.fit_transform(self._table(tops))
        self._regression = LogisticRegression(C=STRENGTH, max_iter=5000).fit(table, letters)

    def right(self, tops: Sequence[Tops], letters: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(self._regression.predict(self._scaler.transform(self._table(tops))) == np.array(letters))

    def _table(self, tops: Sequence[Tops]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([[max(each.get(token, FLOOR), FLOOR) - FLOOR for token in self.tokens] for each in tops])

    def record(self, model: str) -> dict[str, Any]:
        """The weights as `acts.known` reads them, of words as they are and not as they were scaled."""
        weights = self._regression.coef_ / self._scaler.scale_
        bias = self._regression.intercept_ - weights @ self._scaler.mean_
        names = [str(each) for each in self._regression.classes_]
        rows = {token: [round(float(each), 4) for each in row] for token, row in zip(self.tokens, weights.T, strict=True)}
        return {
            "model": model,
            "floor": FLOOR,
            "bias": {name: round(float(each), 4) for name, each in zip(names, bias, strict=True)},
            "weights": rows,
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.acts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:9000/v1")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--apart", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    model = Model(asked.url, asked.keep)
    letters, tops = answered(model, [row for folder in asked.folders for row in rows_of(folder)])
    right = np.zeros(len(letters), dtype=bool)
    for learned, tried in StratifiedKFold(5, shuffle=True, random_state=1).split(np.zeros(len(letters)), letters):
        taught = Taught([tops[at] for at in learned], [letters[at] for at in learned])
        right[tried] = taught.right([tops[at] for at in tried], [letters[at] for at in tried])
    print(f"{len(letters)} sentences, each fifth by the others: {right.mean():.1%} right")
    whole = Taught(tops, letters)
    if asked.apart:
        others, theirs = answered(model, rows_of(asked.apart))
        print(f"{len(others)} sentences of {asked.apart}: {whole.right(theirs, others).mean():.1%} right")
    if asked.write:
        WEIGHTS.write_text(written(whole.record(model.name)), "utf-8")


def written(record: Mapping[str, Any]) -> str:
    """*record* with a line for each word."""
    head = json.dumps({name: value for name, value in record.items() if name != "weights"}, ensure_ascii=False)[:-1]
    rows = (f"  {json.dumps(token, ensure_ascii=False)}: {json.dumps(row)}" for token, row in record["weights"].items())
    return head + ', "weights": {\n' + ",\n".join(rows) + "\n}}\n"


def answered(model: Model, rows: Rows) -> tuple[list[str], list[Tops]]:
    tops = [model.tops(said) for _, said in rows]
    model.keep()
    return [letter for letter, _ in rows], tops


if __name__ == "__main__":
    main()
