"""The contract as a judge: which operation answered, and whether the answer is what it promises.

Objects may have no members that the contract does not name, so nothing can be answered that is not
written down."""

import copy
import pathlib
import re

import jsonschema
import yaml

FILE = pathlib.Path(__file__).resolve().parents[2] / "api" / "openapi.yaml"


def strict(schema):
    """Objects with named members have no others."""
    if isinstance(schema, list):
        return [strict(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: strict(v) for k, v in schema.items()}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made \
            and "allOf" not in made:
        made["additionalProperties"] = False
    return made


class Contract:
    def __init__(self):
        self.document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self.strict = strict({"components": copy.deepcopy(self.document["components"])})
        self.operations = {}
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    shared = item.get("parameters", [])
                    operation["parameters"] = [self.resolve(p) for p in
                                               shared + operation.get("parameters", [])]
                    self.operations[method.upper(), path] = operation
        self.seen = {}

    def resolve(self, thing):
        while "$ref" in thing:
            found = self.document
            for part in thing["$ref"].lstrip("#/").split("/"):
                found = found[part]
            thing = found
        return thing

    def find(self, method, path):
        """The operation of a path as it was asked; literal parts win."""
        path = path.split("?")[0]
        found = []
        for (known_method, template), operation in self.operations.items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if known_method == method and re.fullmatch(pattern, path):
                found.append((template.count("{"), template, operation))
        if not found:
            raise AssertionError(f"{method} {path} is not in the contract")
        return min(found, key=lambda f: f[0])[1:]

    def problems(self, method, path, answer):
        """What is wrong with an answer, as texts."""
        template, operation = self.find(method, path)
        self.seen.setdefault((method, template), set()).add(answer.code)
        responses = operation["responses"]
        promised = responses.get(str(answer.code)) or \
            responses.get(f"{answer.code // 100}XX")
        if promised is None:
            return [f"{method} {template} answers {answer.code}, which is not promised: {answer}"]
        content = self.resolve(promised).get("content")
        kind = (answer.headers.get("Content-Type") or "").split(";")[0]
        if content is None:
            return [] if not answer.body else [f"{method} {template}: a body where none is"]
        if kind not in content:
            return [f"{method} {template} answers {kind}, not {list(content)}"]
        if not kind.endswith("json") or kind == "application/x-ndjson":
            return []
        return [f"{method} {template} {answer.code}: {p}"
                for p in self.broken(content[kind]["schema"], answer.json)]

    def broken(self, schema, value):
        whole = {**strict(schema), "components": self.strict["components"]}
        judge = jsonschema.Draft202012Validator(whole)
        return [f"{'/'.join(map(str, e.absolute_path)) or '(all)'}: {e.message[:300]}"
                for e in list(judge.iter_errors(value))[:5]]
