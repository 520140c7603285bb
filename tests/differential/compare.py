"""Both answers beside each other: verdicts, and values where both accept. Exit 1 below the wanted agreement, or when a
difference is not among the known ones.

usage: compare.py FOLDER KNOWN.toml     FOLDER: index.jsonl, azure.jsonl, ours.jsonl
"""

import collections
import json
import pathlib
import re
import sys
import tomllib

FOLDER, KNOWN = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
WANTED = 99.5
# What az fills in when the file says nothing.
DEFAULTS = [{}, [], None, False, "", "managed", "key"]
# Made by az: names and versions of what is anonymous, paths it has made absolute, files it has read.
MADE = {"conda_file", "path", "code", "scoring_script"}


def lines(name):
    with open(FOLDER / name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def equal(ours, theirs):
    """Numbers by value, references with and without their prefix, text made of what is no text."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.removeprefix("azureml:") == theirs.removeprefix("azureml:")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours == theirs or str(ours) == theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs
    return ours == theirs or str(ours) == str(theirs)


def differ(ours, theirs, path=""):
    """The first path whose values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        anonymous = theirs.get("name") == "CliV2AnonymousEnvironment"
        for key, value in ours.items():
            if anonymous and key in ("name", "version"):
                continue
            below = f"{path}.{key}".strip(".")
            if key in MADE and isinstance(value, (str, dict)):
                continue
            if key not in theirs and key == "True":
                key = "true"  # the key `on`, which is a boolean: JSON's spelling of Python's
            if key not in theirs:
                if value in DEFAULTS or theirs.get("gpu") is not None and key == "nvidia.com/gpu":
                    continue
                return f"{below}: {value!r}, az drops it"
            if found := differ(value, theirs[key], below):
                return found
        return None
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return next(filter(None, (differ(a, b, f"{path}[]") for a, b in zip(ours, theirs))), None)
    return None if equal(ours, theirs) else f"{path}: {ours!r}, az {theirs!r}"


def known_rule(rules, case, what, detail):
    for rule in rules:
        if rule["what"] == what and all(
            re.search(rule[field], text)
            for field, text in (("mutation", case["mutation"]), ("key", case["key"]), ("value", case["value"]), ("detail", detail))
            if field in rule
        ):
            rule["hits"] = rule.get("hits", 0) + 1
            return True
    return False


rules = tomllib.loads(KNOWN.read_text())["difference"] if KNOWN.exists() else []
azure, ours = ({it["file"]: it for it in lines(name)} for name in ("azure.jsonl", "ours.jsonl"))
table = collections.defaultdict(collections.Counter)
unknown, agreed, compared, equal_values = [], 0, 0, 0
index = lines("index.jsonl")
for case in index:
    az, us = azure[case["file"]], ours[case["file"]]
    row = table[case["mutation"]]
    row["files"] += 1
    row["az accepts"] += az["accepted"]
    row["we accept"] += us["accepted"]
    if az["accepted"] != us["accepted"]:
        what = "we refuse" if az["accepted"] else "we accept"
        detail = "; ".join(us.get("why", [])) if az["accepted"] else az.get("why", "")
        row["differ"] += 1
        if not known_rule(rules, case, what, detail):
            unknown.append((what, case, detail))
        continue
    agreed += 1
    if az["accepted"] and az["values"] is not None:
        compared += 1
        row["values"] += 1
        if detail := differ(us["values"], az["values"]):
            row["values differ"] += 1
            if not known_rule(rules, case, "values", detail):
                unknown.append(("values", case, detail))
        else:
            equal_values += 1

columns = ["files", "az accepts", "we accept", "differ", "values", "values differ"]
print(f"{'change':22}" + "".join(f"{name:>15}" for name in columns) + f"{'az refuses':>15}")
for mutation, row in [*table.items(), ("all", sum(table.values(), collections.Counter()))]:
    print(f"{mutation:22}" + "".join(f"{row[name]:>15}" for name in columns) + f"{row['files'] - row['az accepts']:>15}")
share = 100 * agreed / len(index)
print(f"\nthe same verdict: {agreed} of {len(index)} files, {share:.2f} percent (wanted {WANTED})")
print(f"the same values: {equal_values} of {compared} files that both accept")
print("\nknown differences")
for rule in rules:
    print(f"{rule.get('hits', 0):>6}  {rule['what']:9}  {rule['reason']}")
if unknown:
    print(f"\n{len(unknown)} differences that nobody explained")
    for what, case, detail in unknown[:200]:
        print(f"  {what:9} {case['of']} | {case['mutation']} | {case['key']} = {case['value']!r} | {detail[:230]!r}\n            {case['file']}")
sys.exit(1 if unknown or share < WANTED else 0)
