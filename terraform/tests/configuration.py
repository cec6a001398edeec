"""The parsed Terraform files, as `parse.mjs` wrote them, and how to find things in them.

A block is a dictionary of its arguments and inner blocks; inner blocks are lists of dictionaries. An expression that is not
a plain value is a string `${...}`.
"""

import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = json.loads(Path(os.environ["CONFIGURATION"]).read_text())

ROOTS = ("terraform", "aws_account_prep")


class Folder:
    """One Terraform module: the blocks of all files of a folder."""

    def __init__(self, path):
        self.path = path
        self.files = {Path(name).name: body for name, body in FILES.items() if str(Path(name).parent) == path}

    def _labelled(self, kind):
        """(first label, second label, block) of `resource` and `data`."""
        for body in self.files.values():
            for first, named in body.get(kind, {}).items():
                for second, blocks in named.items():
                    for block in blocks:
                        yield first, second, block

    def resources(self, wanted=None):
        """{(type, name): block}, of one type if it is given."""
        return {(kind, name): block for kind, name, block in self._labelled("resource") if wanted in (None, kind)}

    def resource(self, kind, name):
        return self.resources(kind)[(kind, name)]

    def data(self, wanted=None):
        return {(kind, name): block for kind, name, block in self._labelled("data") if wanted in (None, kind)}

    def named(self, kind):
        """{name: block} of `variable`, `output` and `module`."""
        found = {}
        for body in self.files.values():
            for name, blocks in body.get(kind, {}).items():
                found[name] = blocks[0]
        return found

    def locals(self):
        found = {}
        for body in self.files.values():
            for block in body.get("locals", []):
                found.update(block)
        return found


FOLDERS = {path: Folder(path) for path in sorted({str(Path(name).parent) for name in FILES})}
MAIN = FOLDERS["terraform"]
PREPARATION = FOLDERS["aws_account_prep"]


def everywhere(kind=None):
    """(folder, type, name, block) of every resource."""
    for folder in FOLDERS.values():
        for (found, name), block in folder.resources(kind).items():
            yield folder, found, name, block


def strings(value):
    """All strings inside a block."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


REFERENCE = re.compile(r"(?<![\w.$\"'/-])(var|local|module|data\.aws_\w+|aws_\w+)\.(\w+)((?:\[[^\]]*\])?\.(\w+))?")


def references(value):
    """(kind, name, attribute or None) of everything that the expressions of a block mention."""
    for text in strings(value):
        if "${" in text:
            for match in REFERENCE.finditer(text):
                yield match[1], match[2], match[4]
