"""How fast a folder of photos comes in. In: a number of files. Out: CPU seconds of an import into a fresh vault.

The photos are small JPEGs with time and place in their EXIF, one in ten without; what costs is the file, not its pixels.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PASSPHRASE = "a made up passphrase"


def write(folder: Path, n: int) -> None:
    from PIL import Image

    base = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 150, 180)).save(base, "JPEG")
    plain = base.getvalue()
    for i in range(n):
        at = datetime(2019, 1, 1) + timedelta(hours=i)
        month = folder / f"{at:%Y-%m}"
        month.mkdir(exist_ok=True)
        path = month / f"IMG_{i:05}.jpg"
        if i % 10 == 9:
            path.write_bytes(plain + i.to_bytes(4, "big"))
            continue
        exif = Image.Exif()
        exif[0x0132] = f"{at:%Y:%m:%d %H:%M:%S}"
        exif.get_ifd(0x8769)[0x9003] = f"{at:%Y:%m:%d %H:%M:%S}"
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, i % 60), 3: "W", 4: (0.0, 7.0, 30.0)})
        out = io.BytesIO()
        Image.open(io.BytesIO(plain)).save(out, "JPEG", exif=exif)
        path.write_bytes(out.getvalue())


def measure(n: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        album = Path(folder) / "album"
        album.mkdir()
        write(album, n)
        command = [sys.executable, "-m", "quality.photos", str(album), str(Path(folder) / "vault")]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[1]
        )
        if ran.returncode:
            raise SystemExit(ran.stderr)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return {"files": n, **found}


def child(album: str, home: str) -> dict[str, Any]:
    import resource

    from afterword import Workspace

    with Workspace(home, passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        done = w.import_files([album])
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return {
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_rss_mb": round(used.ru_maxrss / unit, 1),
        "keepsakes": sum(s["keepsakes"] for s in done["sources"]),
        "left": done["left_by_reason"],
    }


if __name__ == "__main__":
    print(json.dumps(child(*sys.argv[1:3])))
