/** Lists of related records: helper objects, plain lists and Odoo's commands, each malformed in its own way. */
import { type WrongRow, wrongCases } from "../table.js";

const name = "Validation wrong";

const rows: WrongRow[] = [
  [
    "tags as text",
    "POST res.partner",
    { name, category_id: "Validation tag" },
    "/category_id x2many_command_syntax: [1, 2]",
  ],
  ["tags as texts", "POST res.partner", { name, category_id: ["Validation tag"] }, "/category_id/0 wrong_type: an id"],
  ["a tag as an id", "PATCH res.partner/@other", { category_id: "@tag" }, "/category_id x2many_command_syntax: [1, 2]"],
  [
    "tags joined by commas",
    "POST res.partner",
    { name, category_id: "1,2" },
    "/category_id x2many_command_syntax: [1, 2]",
  ],
  ["true for a list", "POST res.partner", { name, category_id: true }, "/category_id x2many_command_syntax: [1, 2]"],
  [
    "an unknown command number",
    "POST res.partner",
    { name, category_id: [[9, 0, 0]] },
    "/category_id/0 x2many_command_syntax: [[6, 0, [1, 2]]]",
  ],
  [
    "a command's number as text",
    "POST res.partner",
    { name, category_id: [["6", 0, []]] },
    "/category_id/0 x2many_command_syntax: [[6, 0, [1, 2]]]",
  ],
  [
    "a negative command number",
    "PATCH res.partner/@other",
    { category_id: [[-1, "@tag"]] },
    "/category_id/0 x2many_command_syntax: [[6, 0, [1, 2]]]",
  ],
  [
    "a set without its list",
    "POST res.partner",
    { name, category_id: [[6, 0]] },
    "/category_id/0 x2many_command_syntax: [6, 0, [ids]]",
  ],
  [
    "a set with one id",
    "POST res.partner",
    { name, category_id: [[6, 0, "@tag"]] },
    "/category_id/0 x2many_command_syntax: [6, 0, [ids]]",
  ],
  [
    "ids in the second place of a set",
    "PATCH res.partner/@other",
    { category_id: [[6, ["@tag"]]] },
    "/category_id/0 x2many_command_syntax: [6, 0, [ids]]",
  ],
  [
    "an add without an id",
    "POST res.partner",
    { name, category_id: [[4]] },
    "/category_id/0 x2many_command_syntax: [4, id]",
  ],
  [
    "an add of a list",
    "POST res.partner",
    { name, category_id: [[4, ["@tag"]]] },
    "/category_id/0 x2many_command_syntax: [4, id]",
  ],
  [
    "an add of id 0",
    "POST res.partner",
    { name, category_id: [[4, 0]] },
    "/category_id/0/1 out_of_range: an id from 1",
  ],
  [
    "an add of what is gone",
    "POST res.partner",
    { name, category_id: [[4, 99999999]] },
    "/category_id/0/1 invalid_relation_id: res.partner.category",
  ],
  [
    "a create without values",
    "POST res.partner",
    { name, child_ids: [[0, 0]] },
    "/child_ids/0 x2many_command_syntax: [0, 0, {values}]",
  ],
  [
    "a create with a list",
    "POST res.partner",
    { name, child_ids: [[0, 0, [{ name }]]] },
    "/child_ids/0 x2many_command_syntax: [0, 0, {values}]",
  ],
  [
    "values in the second place of a create",
    "POST res.partner",
    { name, child_ids: [[0, { name }]] },
    "/child_ids/0 x2many_command_syntax: [0, 0, {values}]",
  ],
  [
    "an update without an id",
    "PATCH res.partner/@company",
    { child_ids: [[1, { name }]] },
    "/child_ids/0 x2many_command_syntax: [1, id, {values}]",
  ],
  [
    "an update of id 0",
    "PATCH res.partner/@company",
    { child_ids: [[1, 0, { name }]] },
    "/child_ids/0/1 out_of_range: an id from 1",
  ],
  [
    "an update in a create",
    "POST res.partner",
    { name, child_ids: [[1, "@partner", { name }]] },
    "/child_ids/0 x2many_command_syntax: create",
  ],
  [
    "a delete in a create",
    "POST res.partner",
    { name, category_id: [[2, "@tag"]] },
    "/category_id/0 x2many_command_syntax: add",
  ],
  [
    "a remove in a create",
    "POST res.partner",
    { name, category_id: { remove: ["@tag"] } },
    "/category_id/remove x2many_command_syntax: add",
  ],
  [
    "a command too long",
    "POST res.partner",
    { name, category_id: [[4, "@tag", 0, 0]] },
    "/category_id/0 x2many_command_syntax: [[6, 0, [1, 2]]]",
  ],
  [
    "ids and commands mixed",
    "POST res.partner",
    { name, category_id: ["@tag", [4, "@tag"]] },
    "/category_id/0 x2many_command_syntax: all ids, [1, 2], or all commands",
  ],
  [
    "one command not in a list",
    "POST res.partner",
    { name, category_id: [6, 0, ["@tag"]] },
    "/category_id x2many_command_syntax: [[6, 0, [ids]]]",
  ],
  ["a fraction in a list", "POST res.partner", { name, category_id: [1.5] }, "/category_id/0 wrong_type: an id"],
  ["null in a list", "POST res.partner", { name, category_id: [null] }, "/category_id/0 wrong_type: an id"],
  ["id 0 in a list", "POST res.partner", { name, category_id: [0] }, "/category_id/0 out_of_range: an id from 1"],
  [
    "what is gone in a list",
    "PATCH res.partner/@other",
    { category_id: ["@tag", 99999999] },
    "/category_id/1 invalid_relation_id: res.partner.category",
  ],
  [
    "an unknown operation",
    "POST res.partner",
    { name, category_id: { append: ["@tag"] } },
    "/category_id/append x2many_command_syntax: add",
  ],
  [
    "a misspelt operation",
    "POST res.partner",
    { name, child_ids: { craete: [{ name }] } },
    "/child_ids/craete x2many_command_syntax: create",
  ],
  [
    "an empty object for a list",
    "POST res.partner",
    { name, category_id: {} },
    "/category_id x2many_command_syntax: [] to empty",
  ],
  [
    "one record for a list to create",
    "POST res.partner",
    { name, child_ids: { create: { name } } },
    '/child_ids/create x2many_command_syntax: {"create": [{',
  ],
  [
    "an add of one id",
    "POST res.partner",
    { name, category_id: { add: "@tag" } },
    '/category_id/add x2many_command_syntax: {"add": [1, 2]}',
  ],
  [
    "clear with a list",
    "PATCH res.partner/@other",
    { category_id: { clear: ["@tag"] } },
    '/category_id/clear x2many_command_syntax: {"clear": true}',
  ],
  [
    "lines without their create",
    "POST res.partner",
    { name, child_ids: [{ name: "Child" }] },
    '/child_ids/0 x2many_command_syntax: {"create": [{...}]}',
  ],
  [
    "an update of a line without its id",
    "PATCH res.partner/@company",
    { child_ids: { update: [{ name: "Child" }] } },
    '/child_ids/update/0 x2many_command_syntax: "id"',
  ],
  [
    "a mistake in a child",
    "POST res.partner",
    { name, child_ids: { create: [{ name, active: "no" }] } },
    "/child_ids/create/0/active wrong_type: true or false",
  ],
  [
    "mistakes in children and theirs",
    "POST res.partner",
    {
      name,
      child_ids: {
        create: [
          { name, zip: 1 },
          { name, child_ids: { create: [{ name, colour: 1 }] }, country_id: { code: "XQ" } },
        ],
      },
    },
    "/child_ids/create/0/zip wrong_type: text",
    "/child_ids/create/1/child_ids/create/0/colour unknown_field: Did you mean color?",
    "/child_ids/create/1/country_id invalid_relation_id: res.country",
  ],
  [
    "a mistake in a command's values",
    "POST res.partner",
    { name, child_ids: [[0, 0, { name, color: "red" }]] },
    "/child_ids/0/2/color wrong_type: an integer",
  ],
  [
    "a mistake in an update",
    "PATCH res.partner/@company",
    { child_ids: { update: [{ id: "@partner", color: "red" }] } },
    "/child_ids/update/0/color wrong_type: an integer",
  ],
  [
    "a tag to create without a name",
    "POST res.partner",
    { name, category_id: { create: [{ color: 2 }] } },
    "/category_id/create/0/name missing_required_field: name",
  ],
];

export const lists = wrongCases(rows);
