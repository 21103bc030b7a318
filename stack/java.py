"""Which Java runs the stack, and is it new enough?"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from stack.errors import StackError

OLDEST_JAVA = 17
BEST_COMPILER_LATER = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
)
"""For what is started together with much else: Java's best compiler takes ten times as many calls for hot. By its own
measure it takes as much of a processor in the first minutes as the work itself, for code that hardly runs again."""
INSTALL_JAVA = "Install Java 17 (Debian: apt install openjdk-17-jre-headless), or point JAVA_HOME at one."


def java_command() -> str:
    """Return the path of `java`: that of JAVA_HOME if it is set, else the first on the path.

    Raises StackError if there is none.
    """
    java_home = os.environ.get("JAVA_HOME")
    if java_home:
        candidate = Path(java_home) / "bin" / "java"
        if os.access(candidate, os.X_OK):
            return str(candidate)
        raise StackError(f"JAVA_HOME is {java_home}, but {candidate} cannot be run.", INSTALL_JAVA)
    found = shutil.which("java")
    if found is None:
        raise StackError("There is no java on the path.", INSTALL_JAVA)
    return found


def shared_classes(jars: Path, name: str) -> tuple[str, ...]:
    """Return the options that let a part map its archive of classes, if stack/warm.py has made one.

    `jars` is the folder of the part's jars; the archives lie beside it.
    """
    archive = jars.parent / "classes" / f"{name}.jsa"
    if not archive.exists():
        return ()
    # An archive that does not fit is no reason to worry anybody: the part starts without it.
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:cds*=off")


def java_version(text: str) -> int | None:
    """Return the major version in the output of `java -version`, or None if it says none."""
    match = re.search(r'version "(\d+)(?:\.(\d+))?', text)
    if match is None:
        return None
    major = int(match[1])
    # Java 8 and before called themselves 1.8.
    return int(match[2]) if major == 1 and match[2] else major


def checked_java() -> str:
    """Return the path of a Java that is new enough. Raises StackError otherwise."""
    java = java_command()
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)
    version = java_version(answer.stderr + answer.stdout)
    if version is None:
        raise StackError(f"{java} -version gave no version: {answer.stderr.strip()[:200]}", INSTALL_JAVA)
    if version < OLDEST_JAVA:
        raise StackError(f"{java} is Java {version}; the stack needs {OLDEST_JAVA} or newer.", INSTALL_JAVA)
    return java
