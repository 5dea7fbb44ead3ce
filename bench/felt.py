"""Speed as it is felt: partners with reasons once warm, the shell from cold, France loaded.

With all the official files installed where they are, with the embedded data alone otherwise.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from _shared import full_home, line, median_ms, plain_home

TIMES = 40
COMMAND = str(Path(sys.executable).with_name("reciproque"))
LOADING = """
import time
start = time.perf_counter()
from reciproque.territories import load
begun = time.perf_counter()
load()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.perf_counter() - begun, int(peak.split()[1]) / 1024)
"""


def warm_lists() -> bool:
    """``partners`` with reasons, 20 of them, among EPCI and among all communes.

    Each time for another territory: what one question leaves ready for the next does not count.
    """
    from reciproque.partners import partners, warm
    from reciproque.territories import load

    registry = load()
    warm()
    results = []
    for name, kind, goal in (
        ("one EPCI among 1,250", "epci", 20.0),
        ("one commune among 34,900", "commune", 100.0),
    ):
        codes = registry.codes(kind)
        others = iter(codes[:: len(codes) // (2 * TIMES)])
        taken = median_ms(lambda k=kind, o=others: partners(registry, next(o), kinds=(k,)), TIMES)  # type: ignore[misc]
        results.append(taken < goal)
        line(
            f"  partners, {name}, 20 with reasons",
            f"{taken:.1f} ms",
            f"under {goal:.0f} ms",
            taken < goal,
        )
    return all(results)


def shell_from_cold() -> bool:
    """The command as typed: a new process each time, median of five."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(
            [COMMAND, "partners", "Nord de l'Yonne", "--seeking", "complementary"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        taken.append(time.perf_counter() - start)
    middle = statistics.median(taken)
    line("  reciproque partners, from cold", f"{middle:.2f} s", "under 1.5 s", middle < 1.5)
    return middle < 1.5


def loading() -> bool:
    """The whole of France in a new process: seconds, and the most memory taken."""
    runs = [
        subprocess.run([sys.executable, "-c", LOADING], check=True, capture_output=True, text=True)
        for _ in range(5)
    ]
    pairs = [tuple(map(float, run.stdout.split())) for run in runs]
    seconds, megabytes = (statistics.median(values) for values in zip(*pairs, strict=True))
    line("  the whole of France loaded", f"{seconds:.2f} s", "under 0.5 s", seconds < 0.5)
    line("  memory of that process", f"{megabytes:.0f} MB", "under 400 MB", megabytes < 400)
    return seconds < 0.5 and megabytes < 400


def main() -> int:
    """Print the table for each home; 1 when a goal is missed."""
    done = []
    for label, home in (("embedded data alone", plain_home), ("official files added", full_home)):
        if home() is None:
            continue
        print(label)
        from reciproque.territories import load

        load()  # built once, before anything is timed
        os.environ.setdefault("PYTHONWARNINGS", "ignore")
        done += [warm_lists(), shell_from_cold(), loading()]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
