"""The best coalition of at most eight among all EPCI, proven: our reductions beside plain HiGHS.

The plain program has one variable for each EPCI, at most eight of them, and one objective: members
first, then kilometres.  Same figures, same goals, same answer, in the same run, one thread for both.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from _shared import full_home, line, plain_home
from scipy.sparse import csr_array

GOAL_SECONDS = 1.0
LIMIT = 60.0
RIGHT = 1e-3  # kilometres: the plain objective holds members and kilometres in one number


def plain(question) -> tuple[float, int, float, bool]:  # type: ignore[no-untyped-def]
    """Seconds, members and kilometres of HiGHS as it is, and whether it proved them."""
    from reciproque.matching._highs import OPTIMAL, Program, binary_program

    n = len(question.cost)
    rows = csr_array(np.vstack([question.loads, np.ones(n)]))
    lower = np.append(question.least, 0.0)
    upper = np.append(np.full(len(question.least), np.inf), question.most)
    weight = question.most * question.cost.max() + 1.0
    begun = time.perf_counter()
    found = binary_program(
        Program(question.cost + weight, rows, lower, upper), LIMIT, presolve=True
    )
    taken = time.perf_counter() - begun
    if found.x is None:
        return taken, 0, np.inf, False
    return taken, len(found.x), float(question.cost[found.x].sum()), found.status == OPTIMAL


def questions(registry, full: bool):  # type: ignore[no-untyped-def]
    """Real territories with real goals, from easy to hard: bounds on people, means to move, surpluses."""
    from reciproque.matching import lacks_of, parse_goals
    from reciproque.matching._asked import question_of

    bounds = "population<=150000,population>=140000"
    mixed = (
        f"{bounds},density<=40,distance_prefecture<=45,share_2000_10000>=40,land_per_1000:surplus"
    )
    wide = (
        "population>=400000,area>=9000,communes>=420,density<=46,share_under_2000<=52,"
        "distance_prefecture<=33,largest_commune>=50000"
    )
    for code in ("200041762", "200034635", "240100883", "200070779"):
        if not registry.knows(code):
            continue
        here = registry.territory(code)
        for name, text in (("six goals", mixed), ("seven goals", wide)):
            yield f"{here.name[:30]}, {name}", question_of(registry, here, parse_goals(text))
        if full:
            lacks = lacks_of(registry.profile_arrays(here))
            goals = (*lacks, *parse_goals(bounds))
            yield f"{here.name[:30]}, its {len(lacks)} lacks", question_of(registry, here, goals)


def main() -> int:
    """Print the table; 1 when a proof takes over a second or the two disagree."""
    full = full_home() is not None
    if not full:
        plain_home()
    from reciproque.matching._cover import cover
    from reciproque.territories import load

    registry = load()
    missed = 0
    print("the best coalition of at most 8 among all EPCI, proven")
    for name, question in questions(registry, full):
        found = cover(question, LIMIT)
        taken, members, km, sure = plain(question)
        mine = 0 if found.chosen is None else len(found.chosen)
        same = (not sure and members == 0) or (mine == members and abs(found.cost - km) < RIGHT)
        met = found.proven and found.seconds <= GOAL_SECONDS and (same or not sure)
        missed += not met
        line(
            f"  {name}: {mine} members, {found.cost:.1f} km",
            f"{found.seconds:.2f} s",
            f"at most {GOAL_SECONDS:.0f} s",
            met,
        )
        line("    plain HiGHS", f"{taken:.2f} s", "" if sure else "not proven, or none")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
