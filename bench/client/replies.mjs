/** What the canned server answers, and what the decoders are given: orders as search_read returns them. */
import { encodeXmlRpcResponse } from "@odoorway/wire";

function order(id) {
  return {
    id,
    name: `S${String(id).padStart(5, "0")}`,
    display_name: `Order ${id} <Azure & Interior>`,
    partner_id: [(id % 50) + 1, "Azure Interior, Brandon Freeman"],
    amount_total: Math.round(id * 115) / 100,
    date_order: "2026-11-21 10:00:00",
    state: "sale",
    note: false,
    active: true,
    tag_ids: [1, 2, 3],
  };
}

const orders = (count) => Array.from({ length: count }, (_, index) => order(index + 1));

/** By the model that is asked for. `large` is of 10 MB in the encoding that it is asked in. */
const sizes = { json: 43_500, xml: 9_700 };
const values = {
  small: () => [{ id: 1, name: "Azure Interior" }],
  records: () => orders(1000),
  large: (encoding) => orders(sizes[encoding]),
};

/** The result as JSON text, and the whole methodResponse. ASCII, as Python writes it. */
export const json = (model) => JSON.stringify(values[model]("json"));
export const xml = (model) => encodeXmlRpcResponse(values[model]("xml"));
