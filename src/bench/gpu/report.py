"""The results of a check with its budget of time: what was measured, what was left out and why. Needs no PyTorch."""

import contextlib
import json
import pathlib
import time

COLUMNS = ["part", "network", "case", "precision", "rows", "value", "unit", "note"]


class Report:
    """Rows of results, which are written after every part, so that a check that is ended leaves what it has.

    seconds: what all parts together may take; a part that begins later gets what is left.
    """

    def __init__(self, folder, facts, seconds, clock=time.monotonic):
        self.folder, self.facts, self.clock = pathlib.Path(folder), facts, clock
        self.end = clock() + seconds
        self.rows = []
        self.name, self.deadline = "", self.end

    @contextlib.contextmanager
    def part(self, name, seconds):
        self.name, self.deadline = name, min(self.end, self.clock() + seconds)
        begin = self.clock()
        try:
            yield
        except Exception as e:  # the other parts must run
            self.add("", "", "", "", None, "", failure(e))
        self.add("", "whole part", "", "", self.clock() - begin, "s")
        self.save()

    def has_time(self, network, case, precision="", rows=""):
        """Whether one more case may begin; if not, the case is noted as left out."""
        if self.clock() < self.deadline:
            return True
        self.add(network, case, precision, rows, None, "", "left out: no time")
        return False

    def attempt(self, network, case, precision, rows, measure):
        """Calls measure() if there is time, and notes what it raises. Returns its result, or None."""
        if not self.has_time(network, case, precision, rows):
            return None
        try:
            return measure()
        except Exception as e:
            self.add(network, case, precision, rows, None, "", failure(e))
            return None

    def add(self, network, case, precision, rows, value, unit, note=""):
        self.rows.append(dict(zip(COLUMNS, [self.name, network, case, precision, rows, value, unit, note])))

    def save(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        everything = {"facts": self.facts, "results": self.rows}
        (self.folder / "gpu.json").write_text(json.dumps(everything, indent=1) + "\n")
        (self.folder / "gpu.md").write_text(table(self.facts, self.rows))


def failure(e):
    lines = str(e).strip().splitlines()
    return f"failed: {type(e).__name__}: {lines[-1][:200] if lines else ''}"


def table(facts, rows):
    """Facts as a list and rows as a table, in Markdown."""
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    lines += ["", "| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for row in rows:
        cells = [f"{cell:.4g}" if isinstance(cell, float) else "" if cell is None else str(cell) for cell in row.values()]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
