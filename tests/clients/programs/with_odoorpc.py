"""Plays the story of story.ts with OdooRPC, records and all; prints what it observed as JSON."""
import json
import sys
from urllib.parse import urlparse

import odoorpc

url, database, login, secret, mark = sys.argv[1:6]
address = urlparse(url)
odoo = odoorpc.ODOO(address.hostname, protocol="jsonrpc", port=address.port)
databases = odoo.db.list()
odoo.login(database, login, secret)
partners = odoo.env["res.partner"]
categories = odoo.env["res.partner.category"]


def shown(function, *args, **kwargs):
    try:
        return "answered %r" % (function(*args, **kwargs),)
    except odoorpc.error.RPCError as error:
        return "%s %s" % (error, (error.info or {}).get("data", {}).get("name"))
    except (odoorpc.error.InternalError, ValueError) as error:
        return "%s %s" % (type(error).__name__, error)


def bare(name):
    return name.replace(mark + " ", "")


def names(records):
    return sorted(bare(record.name) for record in records)


def state():
    company = partners.browse(company_id)
    return {"categories": names(company.category_id), "children": names(company.child_ids)}


a, b = (categories.create({"name": "%s %s" % (mark, letter)}) for letter in "AB")
company_id = partners.create(
    {
        "name": mark + " Company",
        "is_company": True,
        "category_id": [(6, 0, [a])],
        "child_ids": [(0, 0, {"name": mark + " One"}), (0, 0, {"name": mark + " Two"})],
    }
)
company = partners.browse(company_id)
one, two = sorted(company.child_ids.ids)
created = dict(state(), parents=[bare(partners.browse(child).parent_id.name) for child in (one, two)])
company.category_id += categories.browse(b)
partners.browse(one).name = mark + " One, renamed"
partners.browse(two).unlink()
changed = state()
commands = []
company = partners.browse(company_id)
company.category_id -= categories.browse(a)
commands.append(state()["categories"])
company.category_id = False
commands.append(state()["categories"])
company.category_id = [a, b]
commands.append(state()["categories"])
pages = [partners.create({"name": "%s P%d" % (mark, n), "ref": mark}) for n in range(1, 6)]
domain = [("ref", "=", mark)]
keyset = []
while True:
    page = partners.search(domain + [("id", ">", keyset[-1] if keyset else 0)], order="id", limit=2)
    keyset += page
    if len(page) < 2:
        break


def named(ids):
    return [bare(record.name) for record in partners.browse(ids)]


paging = {
    "count": partners.search_count(domain),
    "second": named(partners.search(domain, order="name desc", limit=2, offset=2)),
    "keyset": named(keyset),
    "none": partners.search([("ref", "=", mark + " none")]),
}
for record in partners.browse(pages[:2]):
    record.active = False
archived = {
    "hidden": partners.search_count(domain),
    "named": partners.search_count(domain + [("active", "=", False)]),
}
partners.unlink(pages[:1])
failures = {
    "missing": shown(partners.write, pages[:1], {"name": "gone"}),
    "unknownField": shown(partners.create, {"name": mark, "nope": 1}),
    "unknownModel": shown(odoo.execute, "nope.nope", "search", []),
    "unknownMethod": shown(partners.nope, []),
    "privateMethod": shown(odoo.execute, "res.partner", "_compute_display_name", []),
    "access": shown(odoo.env["ir.config_parameter"].search, []),
    "constraint": shown(partners.create, {"name": False}),
    "noSuchField": shown(partners.search, [("nope", "=", 1)]),
}
partners.unlink(pages[1:] + [one, company_id])
categories.unlink([a, b])
left = partners.search_count([("name", "like", mark), ("active", "in", [True, False])])
me = odoo.env.user
wrong = {
    "secret": shown(odoorpc.ODOO(address.hostname, port=address.port).login, database, login, "no-password"),
    "database": shown(odoorpc.ODOO(address.hostname, port=address.port).login, "nope", login, secret),
    "report": shown(odoo.report.download, "nope.report", [1]),
    "ref": shown(odoo.env.ref, "nope.nope"),
    "model": shown(lambda: odoo.env["nope.nope"]),
    "record": shown(lambda: partners.browse(pages[0]).name),
}
facts = {
    "version": odoo.version,
    "databases": databases,
    "login": me.login,
    "company": odoo.env.ref("base.main_company").id,
    "uid": odoo.env.uid == me.id,
    "lang": odoo.env.lang,
    "fields": partners.fields_get(["name"])["name"]["type"],
    "loggedOut": odoo.logout(),
}
story = {
    "created": created,
    "changed": changed,
    "commands": commands,
    "paging": paging,
    "archived": archived,
    "failures": failures,
    "left": left,
}
json.dump({"facts": facts, "story": story, "wrong": wrong}, sys.stdout)
