"""Makes a conda channel of a few packages: Python (that of this image), pip, and two to solve for.

    channel.py FOLDER
"""

import bz2
import ensurepip
import hashlib
import io
import json
import pathlib
import sys
import sysconfig
import tarfile
import zipfile

SITE = "lib/python3.11/site-packages/"
VERSION = sys.version.split()[0]


def python():
    """A prefix that is a virtual environment of this very Python."""
    program = pathlib.Path(sysconfig.get_config_var("BINDIR")) / "python3.11"
    settings = f"home = {program.parent}\ninclude-system-site-packages = false\n"
    return {
        "bin/python3.11": program,
        "bin/python3": "python3.11",
        "bin/python": "python3.11",
        "pyvenv.cfg": settings.encode(),
    }


def pip():
    """Where the system keeps the wheel apart it is not in ensurepip's own folder."""
    folders = [pathlib.Path(ensurepip.__file__).parent / "_bundled", pathlib.Path("/usr/share/python-wheels")]
    wheel = next(wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl")))
    with zipfile.ZipFile(wheel) as archive:
        files = {SITE + name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    files["bin/pip"] = b"#!/usr/bin/env python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
    return wheel.name.split("-")[1], files


def module(name, version):
    return {f"{SITE}{name}.py": f"VERSION = '{version}'\n".encode()}


def archived(index, files):
    """A path is copied, a str is a link, bytes are the content. conda 4.3 wants the three empty lists as well."""
    told = {"index.json": json.dumps(index).encode(), "files": "".join(f"{name}\n" for name in files).encode()}
    told |= {name: b"" for name in ("has_prefix", "no_link", "no_softlink")}
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:bz2") as tar:
        for name, content in [(f"info/{name}", content) for name, content in told.items()] + list(files.items()):
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755 if name.startswith("bin/") else 0o644
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                tar.addfile(entry)
                continue
            data = content.read_bytes() if isinstance(content, pathlib.Path) else content
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return whole.getvalue()


def main(folder):
    pip_version, pip_files = pip()
    packages = [
        ("python", VERSION, python(), []),
        ("pip", pip_version, pip_files, ["python >=3.11,<3.12"]),
        ("greeting", "1.0", module("greeting", "1.0"), ["python"]),
        ("greeting", "2.0", module("greeting", "2.0"), ["python", "politeness >=2"]),
        ("politeness", "1.0", module("politeness", "1.0"), ["python"]),
        ("politeness", "2.0", module("politeness", "2.0"), ["python"]),
    ]
    listed = {}
    (folder / "linux-64").mkdir(parents=True)
    (folder / "noarch").mkdir()
    for name, version, files, depends in packages:
        index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": depends}
        data = archived(index, files)
        (folder / "linux-64" / f"{name}-{version}-0.tar.bz2").write_bytes(data)
        index |= {"md5": hashlib.md5(data).hexdigest(), "size": len(data), "subdir": "linux-64"}
        listed[f"{name}-{version}-0.tar.bz2"] = index
    for subdir, packages in (("linux-64", listed), ("noarch", {})):
        text = json.dumps({"info": {"subdir": subdir}, "packages": packages}).encode()
        (folder / subdir / "repodata.json").write_bytes(text)
        (folder / subdir / "repodata.json.bz2").write_bytes(bz2.compress(text))


main(pathlib.Path(sys.argv[1]))
