"""Results as a table in Markdown."""

from statistics import median, quantiles

COLUMNS = ("contestant", "time", "±", "queries", "peak", "ratio", "target")


def full(races):
    """One table per race, under its title, and the plans of its queries where it has them."""
    return "\n".join(
        f"### {_title(race)}\n\n{_table(_rows(race))}\n{_plans(race)}" for race in races
    )


def plain(races):
    """The same, short, while the run goes on."""
    return "\n".join(f"\n{_title(race)}\n{_table(_rows(race))}" for race in races)


def missed(races):
    """(title, contestant) of every target that was not reached."""
    return [
        (race["title"], contestant["name"])
        for race in races
        for contestant in race["contestants"]
        if not _reached(contestant, _ratio(contestant, race["contestants"][0]))
    ]


def _plans(race):
    return "".join(f"\n```\n{plan}\n```\n" for plan in race.get("plans", ()))


def _title(race):
    return f"{race['title']} ({race['records']:,} records, {race['rounds']} rounds)"


def _rows(race):
    first = race["contestants"][0]
    for contestant in race["contestants"]:
        ratio = _ratio(contestant, first)
        yield (
            contestant["name"],
            _time(median(contestant["seconds"])),
            f"{_spread(contestant['seconds']):.0%}",
            f"{median(contestant['queries']):,.0f}",
            f"{max(contestant['megabytes']):,.0f} MB",
            "1" if contestant is first else f"{ratio:.2f}",
            _target(contestant, ratio),
        )


def _ratio(contestant, first):
    """The median of each round's own ratio: what disturbs a round disturbs both of its times."""
    pairs = zip(contestant["seconds"], first["seconds"], strict=True)
    return median(own / other for own, other in pairs)


def _spread(seconds):
    """Half the distance of the quartiles, as a part of the median."""
    if len(seconds) < 3:
        return 0
    low, _middle, high = quantiles(seconds, n=4)
    return (high - low) / 2 / median(seconds)


def _reached(contestant, ratio):
    limits = {"ratio": ratio, "seconds": median(contestant["seconds"])}
    limits |= {key: max(contestant[key]) for key in ("queries", "megabytes")}
    return all(limits[key] <= limit for key, limit in (contestant["target"] or {}).items())


def _target(contestant, ratio):
    if not contestant["target"]:
        return ""
    signs = {"ratio": "≤ {:.3g}", "seconds": "≤ {:g} s"}
    signs |= {"queries": "≤ {:g} queries", "megabytes": "≤ {:g} MB"}
    words = ", ".join(signs[key].format(limit) for key, limit in contestant["target"].items())
    return f"{words}: {'reached' if _reached(contestant, ratio) else 'MISSED'}"


def _time(seconds):
    return f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def _table(rows):
    lines = [COLUMNS, ["---", *["---:"] * (len(COLUMNS) - 2), "---"], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
