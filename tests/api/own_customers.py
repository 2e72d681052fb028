"""A manager of customers sees his own: lists, and also every total, share and count of reports,
matrices, migrations, runs, overlap and coverage. Each is held against the same question asked by
an administrator with the manager's customers as the rule."""

import urllib.parse

import yaml

from contract import FILE
from serving import PASSWORD

DAYS = {"from": "2025-12-31", "to": "2026-03-31"}


def busiest_manager(api):
    rows = api.post("/rules/list", {"text": "true", "columns": "manager", "limit": 1000}).json
    names = [row["manager"] for row in rows["items"] if row["manager"]]
    return max(set(names), key=names.count)


def manager_of(api, serving, asking):
    """Somebody signed in who sees his own customers only, and the rule that means them."""
    name = busiest_manager(api)
    login = "own customers"
    if not any(user["login"] == login for user in api.get("/users").json["items"]):
        made = api.post("/users", {"login": login, "role": "manager", "manager": name}, 201).json
        serving.client().post("/session/link", {"link": made["link"], "password": PASSWORD})
    client = serving.client()
    client = client.sign_in(client.post("/session/sign-in",
                                        {"login": login, "password": PASSWORD}))
    return asking(client), f'manager = "{name}"'


def count(api, rule, own=None):
    text = f"({rule}) and {own}" if own else rule
    return api.post("/rules/count", {"text": text}).json["count"]


def run_classes(api, serving):
    for kind in ("abc", "xyz", "rfm"):
        serving.run("classify", "add", kind.upper(), "--kind", kind, check=False)
        api.wait(api.post(f"/classifications/{kind.upper()}/run",
                          {**DAYS, "step": "quarter"}, 202).json)


def check_matrix(api, mine, own):
    matrix = mine.get("/matrix", rows="ABC", columns="XYZ").json
    assert matrix["customers"] == count(api, own) < count(api, "true")
    for cell in matrix["cells"]:
        assert cell["customers"] == count(api, cell["rule"], own), cell
    whole = api.get("/matrix", rows="ABC", columns="XYZ").json
    assert 0 < matrix["revenue"] < whole["revenue"]
    assert abs(sum(cell["revenue"] for cell in matrix["cells"]) - matrix["revenue"]) < 0.005
    assert abs(sum(cell["revenue_share"] for cell in matrix["cells"]) - 1) < 1e-6
    greatest = mine.get("/classifications/ABC/members", limit=1).json["items"][0]
    assert abs(matrix["concentration"][0]["share"] - greatest["share"]) < 1e-9


def check_migration(api, mine, own):
    moved = mine.get("/classifications/ABC/migration", by="manager", **DAYS).json
    for cell in moved["cells"]:
        if cell["from"] or cell["to"]:
            assert cell["customers"] == count(api, cell["rule"], own), cell
    assert len(moved["groups"]) == 1, "other managers are not named"
    movers = mine.get("/classifications/ABC/movers", limit=1, **DAYS).json
    assert movers["count"] == sum(cell["customers"] for cell in moved["cells"])


def check_runs(api, mine, own):
    run = mine.get("/classifications/ABC/runs", limit=1).json["items"][0]
    assert run["customers"] == count(api, own)
    for one in run["classes"]:
        rule = f'class("ABC") = "{one["class"]}"' if one["class"] else 'class("ABC") is missing'
        assert one["customers"] == count(api, rule, own), one
    assert mine.get("/classifications/ABC").json["last_run"] == run
    listed = {c["name"]: c for c in mine.get("/classifications").json["items"]}
    assert listed["ABC"]["last_run"] == run
    parameters = mine.get("/classifications/ABC").json["parameters"]
    tried = mine.post("/classifications/preview", {"kind": "abc", "name": "ABC",
                                                   "as_of": run["as_of"],
                                                   "parameters": parameters}).json
    assert tried["customers"] == run["customers"] and tried["classes"] == run["classes"]


def check_shapes(api, mine, own):
    page = mine.get("/classifications/ABC/members", limit=1000).json
    assert abs(page["items"][-1]["cumulative_share"] - 1) < 1e-9 or page["next"]
    assert [row["rank"] for row in page["items"][:1]] == [1]
    curve = mine.get("/classifications/ABC/curve").json
    rule = 'class("ABC") is not missing'
    assert curve["customers"] == count(api, rule, own) and curve["points"][-1]["sum_share"] == 1
    grid = mine.get("/classifications/RFM/grid").json
    assert sum(cell["customers"] for cell in grid["cells"]) == \
        count(api, 'class("RFM") is not missing', own)


def without_names(rows):
    """Rows but for how the groups are called: a rule that is bounded is called otherwise."""
    return [{k: v for k, v in row.items() if k not in ("group", "other_group", "rule")}
            for row in rows]


def check_reports(api, mine, own):
    groups = [{"rule": "sum(purchase.amount) > 0"}, {"rule": "vip"}]
    for name in ("sales", "settlements", "fill", "potential", "movement", "retention"):
        told = mine.post(f"/reports/{name}", {"groups": groups}).json
        assert told["base"] == count(api, own), name
        for group, asked in zip(told["groups"], groups):
            assert group["customers"] == count(api, asked["rule"], own), (name, group)
        whole = api.post(f"/reports/{name}", {"groups": [
            {"rule": f"({g['rule']}) and {own}"} for g in groups]}).json
        for table, bounded in zip(told["tables"], whole["tables"]):
            assert without_names(table["rows"]) == without_names(bounded["rows"]), (name, table)
    for name in ("sales", "profile", "products"):
        told = mine.post(f"/reports/{name}", {}).json
        assert told["base"] == count(api, own), name
        assert own in " ".join(told["notes"]), told["notes"]


def check_overviews(api, mine, own):
    coverage = mine.get("/coverage").json
    assert coverage["base"] == count(api, own), coverage
    assert coverage["in_none"] + coverage["in_one"] + coverage["in_several"] == coverage["base"]
    codes = {row["code"] for row in mine.get("/coverage/uncovered", limit=1000).json["items"]}
    owned = {row["code"] for row in api.post("/rules/list", {"text": own, "limit": 1000})
             .json["items"]}
    assert codes <= owned or len(owned) == 1000
    overlap = mine.get("/overlap").json
    assert overlap["base"] == count(api, own)
    for segment in overlap["segments"]:
        assert segment["size"] == count(api, f'member("{segment["name"]}")', own), segment


def check_pins(api, mine, own):
    path = "/classifications/" + urllib.parse.quote("Ступени")
    api.post("/classifications", {"name": "Ступени", "kind": "ladder"}, 201)
    rungs = api.get(path)
    names = [one["name"] for one in rungs.json["parameters"]["classes"]]
    other = api.post("/rules/list", {"text": f"not ({own})", "limit": 1}).json["items"][0]["code"]
    ours = api.post("/rules/list", {"text": own, "limit": 1}).json["items"][0]["code"]
    for code in (other, ours):
        api.ask("PUT", f"{path}/pins/{code}", {"class": names[0], "reason": "договор",
                                               "until": "2026-12-31"}, 204)
    api.ask("PUT", f"{path}/pins/{ours}", {"class": "нет такого"}, 404)
    api.ask("PUT", f"{path}/pins/{ours}", {"class": names[0], "until": "2020-01-01"}, 409)
    api.ask("PUT", f"/classifications/ABC/pins/{ours}", {"class": "A"}, 409)
    mine.ask("PUT", f"{path}/pins/{ours}", {"class": names[0]}, 403)
    assert {pin["customer"] for pin in api.get(path + "/pins").json["items"]} == {other, ours}
    assert [pin["customer"] for pin in mine.get(path + "/pins").json["items"]] == [ours]
    run = api.wait(api.post(path + "/run", {"as_of": "2026-03-31"}, 202).json)["result"][0]
    history = api.get(f"{path}/customers/{ours}").json["items"]
    assert history[-1]["class"] == names[0] and run["customers"] > 2
    api.delete(f"{path}/pins/{ours}")
    api.delete(f"{path}/pins/{ours}", 409)
    made = api.post(path + "/segments", {"folder": "Лояльность"}, 201).json["items"]
    with_somebody = [c["class"] for c in run["classes"] if c["class"] and c["customers"] > 0]
    assert made == [f"Ступени: {name}" for name in with_somebody]
    for name, one in zip(made, with_somebody):
        members = count(api, f'member("{name}")')
        assert members == next(c["customers"] for c in run["classes"] if c["class"] == one)
    api.post(path + "/segments", {}, 409)
    api.post(path + "/segments", {"mode": "daily"}, 400)


def paths_without_parameters():
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [path for path, methods in document["paths"].items()
            if "get" in methods and "{" not in path]


def texts_of(value):
    """All texts in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str):
        yield value


def check_segments(api, mine, own):
    """Sizes are of his own; how many others joined or left is not told."""
    whole = {one["code"]: one for one in api.get("/segments").json["items"]}
    told = {one["code"]: one for one in mine.get("/segments").json["items"]}
    assert told.keys() == whole.keys()
    smaller = 0
    for code, one in told.items():
        assert one["joined"] is None and one["left"] is None, one
        if one["is_marked_for_deletion"] or one["size"] is None:
            continue
        assert one["size"] == count(api, f'member("{one["name"]}")', own), one
        smaller += one["size"] < whole[code]["size"]
        card = mine.get("/segments/" + urllib.parse.quote(code)).json
        assert card["size"] == one["size"] and card["sizes"] == [], card
    assert smaller > 0
    assert mine.get("/status").json["customers"] == count(api, own)
    assert mine.get("/session").json["status"]["customers"] == count(api, own)


def check_names(api, mine, own):
    """Nobody of another manager is named: by a mark, a test, an agreement."""
    others = api.post("/rules/list", {"text": f"not ({own})", "limit": 2}).json["items"]
    other = others[0]["code"]
    ours = api.post("/rules/list", {"text": own, "limit": 1}).json["items"][0]["code"]
    code = api.post("/segments", {"name": "Чужие и свои", "mode": "manual",
                                  "tests": [{"customer": other}]}, 201).json["code"]
    path = "/segments/" + urllib.parse.quote(code)
    api.post(path + "/members", {"act": "add", "customers": [other, ours]})
    for who, marked in ((api, {other, ours}), (mine, {ours})):
        card = who.get(path).json
        assert {mark["customer"] for mark in card["marks"]} == marked, card["marks"]
        assert {mark["customer"] for mark in who.get(path + "/marks").json["items"]} == marked
        assert {row["code"] for row in who.get(path + "/members").json["items"]} == marked
    assert api.get(path).json["tests"] and mine.get(path).json["tests"] == []
    base = api.post("/agreements", {"name": "Общие условия", "segment": code,
                                    "discount_percent": 5}, 201).json
    api.patch("/agreements/" + urllib.parse.quote(base["name"]), {"status": "active"})
    for name, customer in (("Чужое", other), ("Своё", ours)):
        api.post("/agreements", {"name": name, "customer": customer,
                                 "based_on": base["name"], "discount_percent": 7}, 201)
    names = {one["name"] for one in mine.get("/agreements").json["items"]}
    assert "Своё" in names and base["name"] in names and "Чужое" not in names, names
    mine.get("/agreements/" + urllib.parse.quote("Своё"))
    mine.get("/agreements/" + urllib.parse.quote("Чужое"), 404)


def check_customers(api, mine, own):
    """His customers page by page and searched, as the list of all is."""
    rule = {"text": own, "sort": "code", "limit": 1000}
    owned = [row["code"] for row in api.post("/rules/list", rule).json["items"]]
    listed, after = [], None
    while len(listed) < 250:
        page = mine.get("/customers", limit=100, **({"after": after} if after else {})).json
        listed += [one["code"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert listed == owned[:len(listed)] and len(listed) > 100, listed[:5]
    found = mine.get("/customers", search=owned[0]).json["items"]
    assert [one["code"] for one in found] == [owned[0]], found


def completed(api, text):
    """What is offered within the quotes, and how many customers have each value."""
    cursor = len(text.encode())
    offered = api.post("/rules/complete", {"text": text, "cursor": cursor, "limit": 200}).json
    return {one["text"]: one.get("detail") for one in offered["items"]}


def warned(who, text):
    """Whether each answer to a rule warns of a value that nobody has."""
    own = who.post("/rules/list", {"text": "true", "limit": 1}).json["items"][0]["code"]
    answers = [who.post("/rules/count", {"text": text, "breakdown": False}),
               who.post("/rules/list", {"text": text}),
               who.post("/rules/why", {"customer": own, "text": text}),
               who.post("/rules/trend", {"text": text, "from": "2026-03-01", "step": "month"})]
    return ["L119" in [one["code"] for one in answer.json["warnings"]] for answer in answers]


def check_writing(api, mine, own):
    """While he writes a rule nothing tells him of the customers of others."""
    here, everywhere = completed(mine, 'city = "'), completed(api, 'city = "')
    assert here and len(here) <= len(everywhere) and here != everywhere, (here, everywhere)
    assert set(completed(mine, 'manager = "')) < set(completed(api, 'manager = "'))
    stranger = api.post("/rules/list", {"text": f"not ({own}) and name is not missing",
                                        "limit": 1}).json["items"][0]["name"]
    for name in (stranger, "нет такого имени"):
        told = mine.post("/rules/lint", {"text": 'name = "' + name.replace('"', '') + '"'}).json
        assert "L119" not in [one["code"] for one in told["diagnostics"]], told
        assert not any(warned(mine, 'name = "' + name.replace('"', '') + '"')), name
    told = api.post("/rules/lint", {"text": 'name = "нет такого имени"'}).json["diagnostics"]
    assert "L119" in [one["code"] for one in told], told
    assert all(warned(api, 'name = "нет такого имени"'))
    assert all(warned(mine, 'city = "Тулла"'))
    early = {"text": "count(purchase, from 1990-01-01 to 1990-12-31) > 0"}
    assert len(mine.post("/rules/lint", early).json["diagnostics"]) < \
        len(api.post("/rules/lint", early).json["diagnostics"])


def check_duplicates(api, mine, own):
    """Of possible duplicates he sees those that are his, two of a group or more."""
    name = own.split('"')[1]
    for code, manager in (("ДУ-1", name), ("ДУ-2", name), ("ДУ-3", None), ("ДУ-4", None)):
        api.post("/customers", {"code": code, "properties": {
            "name": "Двойник Общий", **({"manager": manager} if manager else {})}}, 201)
    api.post("/customers", {"code": "ДУ-5", "properties": {
        "name": "Двойник Разный", "manager": name}}, 201)
    api.post("/customers", {"code": "ДУ-6", "properties": {"name": "Двойник Разный"}}, 201)
    def groups(who):
        found = who.get("/duplicates", limit=1000).json
        assert found["total"] == len(found["groups"])
        codes = [[one["code"] for one in group["customers"]] for group in found["groups"]]
        return [group for group in codes if group[0].startswith("ДУ-")]
    assert sorted(groups(api)) == [["ДУ-1", "ДУ-2", "ДУ-3", "ДУ-4"], ["ДУ-5", "ДУ-6"]]
    assert groups(mine) == [["ДУ-1", "ДУ-2"]], groups(mine)


def check_refusals(api, mine, own):
    """What tells of everybody is refused to him, and open to a viewer of all."""
    segment = next(one["code"] for one in api.get("/segments").json["items"] if one["formed_at"])
    path = "/segments/" + urllib.parse.quote(segment)
    forming = api.get(path + "/journal").json["items"][0]["id"]
    of_all = ("/feed", "/health", "/sets", "/bulk-changes", "/jobs", "/shipping-overrides",
              path + "/journal", f"{path}/journal/{forming}", path + "/series", path + "/history",
              path + "/stability?from=2026-03-01")
    for address in of_all:
        refused = mine.ask("GET", address, code=403).json
        assert refused["code"] == "DENIED" and "own" in refused["detail"], refused
        api.ask("GET", address, code=200)
    job = api.get("/jobs").json["items"][0]["id"]
    mine.get("/jobs/" + job, 404)


def check_fill(api, mine, own):
    """How well a property is filled is told of everybody, or not at all."""
    assert "filled" in api.get("/properties/city").json
    assert "filled" not in mine.get("/properties/city").json
    assert not any("filled" in one for one in mine.get("/properties", fill="true").json["items"])


def check_every_list(api, mine, own):
    """No answer to a GET without parameters names a customer of somebody else."""
    rows = api.post("/rules/list", {"text": f"not ({own})", "limit": 1000}).json["items"]
    others = {row["code"] for row in rows}
    for path in paths_without_parameters():
        answer = mine.ask("GET", path)
        if answer.code != 200 or "json" not in answer.headers["Content-Type"]:
            continue
        named = set(texts_of(answer.json)) & others
        assert not named, (path, sorted(named)[:5])


CHECKS = (check_segments, check_names, check_customers, check_writing, check_refusals, check_fill,
          check_every_list, check_matrix, check_migration, check_runs, check_shapes, check_reports,
          check_overviews, check_pins, check_duplicates)
