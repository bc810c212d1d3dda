#!/usr/bin/env python3
"""The JSON Schemas and the loader agree: on the corpus, whose good and bad files a test of the loader proves to be what
their directory says; on all examples; and on what the reference shows.

    schema_test.py CONFIG_DIR CORPUS_DIR
"""
import copy
import json
import re
import sys
from pathlib import Path

import jsonschema
import yaml

import yaml_core

# What only the loader can know. The schema takes these for good; where it does not any more, the line has to go.
ONLY_THE_LOADER_KNOWS = {
    "what is defined elsewhere": [
        "credentials-missing", "credentials-no-default", "servers-credentials-unknown", "lists-unknown",
        "schedule-unknown", "schedules-except-unknown", "schedules-outside-unknown", "schedules-outside-circle",
        "tags-unknown", "rollout-tag-unknown", "concurrent-protects-within", "expect-rule-unknown.test", "pair-unknown.test", "server-unknown.test",
        "at-missing.test",
    ],
    "which files there are": [
        "servers-file-missing", "rules-file-missing", "lists-file-missing", "calendars-file-missing",
        "config-not-there.test",
    ],
    "which names were given already": ["rule-name-twice", "servers-name-twice", "name-twice.test"],
    "which days, and which times of a clock, there are": [
        "schedules-date-no-such", "schedules-date-leap", "schedules-except-date-no-such", "until-date-no-such",
        "until-skipped", "until-twice", "until-far", "at-date-no-such.test",
    ],
    "which zones there are": ["schedules-zone-unknown", "servers-timezone-unknown", "until-zone-unknown"],
    "which of two values is the greater one": [
        "range-nothing-between", "open-files-nothing-between", "schedules-except-range-backwards", "until-before-from",
        "polling-long", "idle-long", "limits-count-high", "audit-keep-short", "notify-timeout",
    ],
    "what an address means": ["http-address", "notify-plain-authorization"],
    "what a pattern means": [
        "user-expression", "user-lookahead", "user-glob", "client-host-bits", "client-prefix", "client-glob",
        "servers-name-half-an-address", "servers-address-half",
    ],
    "how a value was written": [
        "duplicate-key", "tag", "version-float", "servers-dialect-short", "servers-shared-capital",
        "polling-concurrency-hex", "polling-concurrency-whole-float", "user-lines",
    ],
}

CONFIG, TESTS = "curfew.schema.json", "curfew-test.schema.json"
BY_NAME = {".test.yaml": TESTS, ".rules.yaml": "curfew-rules.schema.json", ".servers.yaml": "curfew-servers.schema.json"}


def in_full(validator, pattern, instance, schema):
    # In Python `$` also stands before a newline at the end; in an editor it does not.
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not fit {pattern!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": in_full})


class Schemas:
    def __init__(self, directory):
        self.all = {path.name: json.loads(path.read_text()) for path in directory.glob("*.json")}
        self.base = directory.absolute().as_uri() + "/"
        for schema in self.all.values():
            jsonschema.Draft7Validator.check_schema(schema)

    def complaints(self, name, value, fragment=False):
        schema = self.all[name]
        if fragment:
            schema = copy.deepcopy(schema)
            del schema["required"]
        store = {self.base + other: text for other, text in self.all.items()}
        resolver = jsonschema.RefResolver(self.base + name, schema, store)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
                for error in Validator(schema, resolver=resolver).iter_errors(value)]


def schema_for(path):
    return next((schema for ending, schema in BY_NAME.items() if path.name.endswith(ending)), CONFIG)


def complaints_of(schemas, path, name):
    try:
        return schemas.complaints(name, yaml_core.load(path.read_text()))
    except yaml.YAMLError as problem:
        return [f"no YAML: {problem}"]


def check_corpus(schemas, corpus):
    listed = [name for names in ONLY_THE_LOADER_KNOWS.values() for name in names]
    for name in {name for name in listed if listed.count(name) > 1}:
        yield f"{name} is listed twice"
    good, bad = (sorted((corpus / which).glob("*.yaml")) for which in ("good", "bad"))
    if len(good) < 50 or len(bad) < 250:
        yield f"the corpus is not all there: {len(good)} good and {len(bad)} bad files"
    for path in good:
        for complaint in complaints_of(schemas, path, schema_for(path)):
            yield f"good/{path.name}: the schema refuses it: {complaint}"
    for path in bad:
        refused = complaints_of(schemas, path, schema_for(path))
        name = path.name.removesuffix(".yaml")
        if name in listed and refused:
            yield f"bad/{path.name}: the schema knows this too; take it off the list: {refused[0]}"
        if name not in listed and not refused:
            yield f"bad/{path.name}: the schema takes it for good"
    for name in set(listed) - {path.name.removesuffix(".yaml") for path in bad}:
        yield f"{name} is listed, and there is no such file"


def check_examples(schemas, examples):
    included = {"teams.finance.yaml": "curfew-rules.schema.json"}
    for path in sorted(examples.glob("*.yaml")):
        for complaint in complaints_of(schemas, path, included.get(path.name, schema_for(path))):
            yield f"examples/{path.name}: {complaint}"


def check_reference(schemas, reference):
    blocks = re.findall(r"^```yaml\n(.*?)^```", reference.read_text(), re.MULTILINE | re.DOTALL)
    if len(blocks) < 4:
        yield f"{reference.name} shows {len(blocks)} blocks only"
    for block in blocks:
        value = yaml_core.load(block)
        if value is None:
            continue
        name = TESTS if "tests" in value else CONFIG
        for complaint in schemas.complaints(name, value, fragment="version" not in value):
            yield f"{reference.name}: {complaint}"


def described(schema, path=""):
    """The places of all properties that say nothing of themselves."""
    if isinstance(schema, list):
        for item in schema:
            yield from described(item, path)
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key == "properties":
            for name, child in value.items():
                if isinstance(child, dict) and "const" not in child and not {"description", "$ref"} & set(child):
                    yield f"{path}/{name}"
                yield from described(child, f"{path}/{name}")
        else:
            yield from described(value, f"{path}/{key}")


def main(config, corpus):
    schemas = Schemas(config / "schema")
    problems = [*check_corpus(schemas, corpus), *check_examples(schemas, config / "examples"),
                *check_reference(schemas, config / "LANGUAGE.md")]
    for name, schema in schemas.all.items():
        problems += [f"{name}: {place} has no description" for place in described(schema)]
    print("\n".join(problems) or "schema and loader agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
