/**
 * What the mapping should take of the Online Retail file, computed apart from the import engine:
 * counts a reason, orders, lines, and the sums of quantity and amount. The benchmark holds the
 * import's own accounting and the sandbox's totals against it.
 */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

/**
 * @param {string} file path of the CSV, gzipped when it ends in .gz
 * @returns {Promise<object>} read, refused by reason, duplicates, customers, products, orders, lines, quantity, amount
 */
export async function expectedOf(file) {
  const raw = createReadStream(file);
  const text = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  const rows = text.pipe(parse({ columns: true, bom: true }));
  const expected = {
    read: 0,
    noCustomer: 0,
    cancelled: 0,
    price: 0,
    quantity: 0,
    duplicates: 0,
  };
  const customers = new Set();
  const products = new Set();
  const orders = new Map();
  for await (const row of rows) {
    expected.read += 1;
    if (row.CustomerID.trim() === "") expected.noCustomer += 1;
    else if (row.InvoiceNo.startsWith("C")) expected.cancelled += 1;
    else if (!(Number(row.UnitPrice) > 0)) expected.price += 1;
    else if (!(Number(row.Quantity) > 0)) expected.quantity += 1;
    else {
      const order = orders.get(row.InvoiceNo) ?? { seen: new Set(), quantity: 0, amount: 0, tooFine: false };
      orders.set(row.InvoiceNo, order);
      customers.add(row.CustomerID);
      products.add(row.StockCode);
      const line = JSON.stringify(row);
      if (order.seen.has(line)) {
        expected.duplicates += 1;
        continue;
      }
      order.seen.add(line);
      order.quantity += Number(row.Quantity);
      order.amount += Number(row.Quantity) * Number(row.UnitPrice);
      order.tooFine ||= (row.UnitPrice.split(".")[1] ?? "").length > 2;
    }
  }
  // An order with a price of more decimals than Odoo 18 keeps is refused, with all its lines.
  const taken = [...orders.values()].filter((order) => !order.tooFine);
  const sum = (of) => taken.reduce((total, order) => total + of(order), 0);
  return {
    ...expected,
    ordersWithFinerPrices: orders.size - taken.length,
    customers: customers.size,
    products: products.size,
    orders: taken.length,
    lines: sum((order) => order.seen.size),
    quantitySum: sum((order) => order.quantity),
    amount: sum((order) => order.amount),
  };
}
