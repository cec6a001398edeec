"""The AWS provider's schema, read from the typings that are published for it: which arguments a resource knows, which of
them it needs, and which attributes it has. They say nothing about values; `terraform validate` in the workflow does."""

import os
import re
from functools import cache
from pathlib import Path

TYPINGS = Path(os.environ["PROVIDER_TYPINGS"])

# What Terraform itself knows in every block.
META = {"count", "for_each", "depends_on", "lifecycle", "provider", "dynamic"}

_INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_MEMBER = re.compile(r"#(\w+) [^}]*\}(?:(?!\*/).)*?\*/\s+readonly \w+(\??): ([^;]+);", re.DOTALL)
_GETTER = re.compile(r"^    get (\w+)\(\)", re.MULTILINE)


def folder_of(kind, is_data):
    """Where the typings of `aws_sqs_queue` are: sqs-queue, and data-aws-sqs-queue for the data source."""
    words = kind.removeprefix("aws_").replace("_", "-")
    return f"data-aws-{words}" if is_data else words


@cache
def _typings(kind, is_data):
    path = TYPINGS / folder_of(kind, is_data) / "index.d.ts"
    if not path.exists():
        return None, None
    text = path.read_text()
    # The link in each member's comment has the name as Terraform writes it.
    interfaces = {
        match[1]: {member[1]: (member[2] == "", member[3]) for member in _MEMBER.finditer(match[2])}
        for match in _INTERFACE.finditer(text)
    }
    return interfaces, set(_GETTER.findall(text))


def mistakes(kind, is_data, block):
    """What is wrong with a block, as sentences."""
    interfaces, _ = _typings(kind, is_data)
    if interfaces is None:
        return [f"the provider has no {kind}"]
    top = next(name for name in interfaces if name.endswith("Config"))
    return _mistakes_in(interfaces, interfaces[top], block, kind)


def _mistakes_in(interfaces, members, block, place):
    found = []
    given = set(block) | set(block.get("dynamic", {}))
    for name in given - META - set(members):
        found.append(f"{place} has no argument {name}")
    for name, (needed, _) in members.items():
        if needed and name not in given:
            found.append(f"{place} needs {name}")
    for name, inner in block.items():
        kind = members.get(name, (False, ""))[1].split("[")[0].split(" ")[0]
        if kind in interfaces and isinstance(inner, list):
            for one in inner:
                if isinstance(one, dict):
                    found += _mistakes_in(interfaces, interfaces[kind], one, f"{place}.{name}")
    return found


def has_attribute(kind, is_data, attribute):
    _, getters = _typings(kind, is_data)
    words = attribute.split("_")
    camel = words[0] + "".join(word.capitalize() for word in words[1:])
    return getters is not None and camel in getters
