"""Plays the story of story.ts with xmlrpc.client of Python; prints what it observed as JSON."""
import json
import sys
import xmlrpc.client

url, database, login, secret, mark = sys.argv[1:6]
common = xmlrpc.client.ServerProxy(url + "/xmlrpc/2/common")
models = xmlrpc.client.ServerProxy(url + "/xmlrpc/2/object")
uid = common.authenticate(database, login, secret, {})


def call(model, method, *args, **kwargs):
    return models.execute_kw(database, uid, secret, model, method, list(args), kwargs)


def shown(function, *args):
    try:
        return "answered %r" % (function(*args),)
    except xmlrpc.client.Fault as fault:
        return "%s %s" % (fault.faultCode, fault.faultString)


def names(model, ids):
    return sorted(bare(record["name"]) for record in call(model, "read", ids, ["name"]))


def bare(name):
    return name.replace(mark + " ", "")


def tags():
    return names("res.partner.category", call("res.partner", "read", [company], ["category_id"])[0]["category_id"])


def children():
    return sorted(call("res.partner", "read", [company], ["child_ids"])[0]["child_ids"])


def named(ids):
    found = {record["id"]: bare(record["name"]) for record in call("res.partner", "read", ids, ["name"])}
    return [found[i] for i in ids]


a, b = call("res.partner.category", "create", [{"name": mark + " A"}, {"name": mark + " B"}])
company = call(
    "res.partner",
    "create",
    {
        "name": mark + " Company",
        "is_company": True,
        "category_id": [(6, 0, [a])],
        "child_ids": [(0, 0, {"name": mark + " One"}), (0, 0, {"name": mark + " Two"})],
    },
)
one, two = children()
created = {
    "categories": tags(),
    "children": names("res.partner", [one, two]),
    "parents": [bare(r["parent_id"][1]) for r in call("res.partner", "read", [one, two], ["parent_id"])],
}
call(
    "res.partner",
    "write",
    [company],
    {"category_id": [(4, b)], "child_ids": [(1, one, {"name": mark + " One, renamed"}), (2, two)]},
)
changed = {"categories": tags(), "children": names("res.partner", children())}
commands = []
for command in [(3, a), (5,), (6, 0, [a, b])]:
    call("res.partner", "write", [company], {"category_id": [command]})
    commands.append(tags())
pages = [call("res.partner", "create", {"name": "%s P%d" % (mark, n), "ref": mark}) for n in range(1, 6)]
domain = [("ref", "=", mark)]
keyset = []
while True:
    page = call("res.partner", "search", domain + [("id", ">", keyset[-1] if keyset else 0)], order="id", limit=2)
    keyset += page
    if len(page) < 2:
        break
paging = {
    "count": call("res.partner", "search_count", domain),
    "second": named(call("res.partner", "search", domain, order="name desc", limit=2, offset=2)),
    "keyset": named(keyset),
    "none": call("res.partner", "search", [("ref", "=", mark + " none")]),
}
call("res.partner", "write", pages[:2], {"active": False})
archived = {
    "hidden": call("res.partner", "search_count", domain),
    "named": call("res.partner", "search_count", domain + [("active", "=", False)]),
}
call("res.partner", "unlink", pages[:1])
failures = {
    "missing": shown(call, "res.partner", "write", pages[:1], {"name": "gone"}),
    "unknownField": shown(call, "res.partner", "create", {"name": mark, "nope": 1}),
    "unknownModel": shown(call, "nope.nope", "search", []),
    "unknownMethod": shown(call, "res.partner", "nope", []),
    "privateMethod": shown(call, "res.partner", "_compute_display_name", []),
    "access": shown(call, "ir.config_parameter", "search", []),
    "constraint": shown(call, "res.partner", "create", {"name": False}),
    "noSuchField": shown(call, "res.partner", "search", [("nope", "=", 1)]),
}
call("res.partner", "unlink", pages[1:] + [one, company])
call("res.partner.category", "unlink", [a, b])
left = call("res.partner", "search_count", [("name", "like", mark), ("active", "in", [True, False])])

wrong = {
    "secret": shown(common.authenticate, database, login, "no-key-and-no-password", {}),
    "call": shown(models.execute_kw, database, uid, "no-key-and-no-password", "res.partner", "search", [[]]),
    "database": shown(common.authenticate, "nope", login, secret, {}),
    "service": shown(xmlrpc.client.ServerProxy(url + "/xmlrpc/2/nope").version),
    "method": shown(common.nope),
    "multicall": shown(common.system.multicall, [{"methodName": "version", "params": []}]),
    "time": shown(call, "res.partner", "search", [("create_date", ">", xmlrpc.client.DateTime(0))]),
    "binary": shown(call, "res.partner", "search", [("name", "=", xmlrpc.client.Binary(b"x"))]),
}
version = common.version()
story = {
    "created": created,
    "changed": changed,
    "commands": commands,
    "paging": paging,
    "archived": archived,
    "failures": failures,
    "left": left,
}
json.dump({"version": version, "story": story, "wrong": wrong}, sys.stdout)
