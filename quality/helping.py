"""How long the door takes to open. In: nothing. Out: CPU milliseconds of `afterword --help`, beside a bare interpreter.

Host agents start the command dozens of times in one talk. The median of seven: the first run may still write bytecode.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

RUNS = 7


def cpu_ms(command: list[str]) -> float:
    """CPU time of one child; `os.wait4` gives that child's alone."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000


def measure() -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name("afterword")), "--help"]
    bare = [sys.executable, "-c", "pass"]
    cpu_ms(command)
    return {
        "cpu_ms": round(statistics.median(cpu_ms(command) for _ in range(RUNS)), 1),
        "bare_interpreter_cpu_ms": round(statistics.median(cpu_ms(bare) for _ in range(RUNS)), 1),
        "runs": RUNS,
    }
