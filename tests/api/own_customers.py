"""A manager of customers sees his own: lists, and also every total, share and count of reports,
matrices, migrations, runs, overlap and coverage. Each is held against the same question asked by
an administrator with the manager's customers as the rule."""

import urllib.parse

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


CHECKS = (check_matrix, check_migration, check_runs, check_shapes, check_reports, check_overviews,
          check_pins)
