/**
 * The input of a soak and what must come of it, reckoned apart from the import engine: a file of products,
 * and a file of order lines in the shape of the Online Retail data set. About one row in a hundred is bad,
 * some by the mapping's rules, some by the model's fields, some in Odoo's own eyes.
 */

interface Product {
  readonly name: string;
  readonly price: number;
}

/** What Odoo must hold in the end, and which rows must have failed. */
export interface Shop {
  /** CSV of products: default_code,name,list_price,barcode. */
  readonly products: string;
  /** CSV of order lines, for the mapping online-retail. */
  readonly orders: string;
  readonly rows: { readonly products: number; readonly orders: number };
  /** Physical lines of the files that must fail. */
  readonly failing: { readonly products: ReadonlySet<number>; readonly orders: ReadonlySet<number> };
  readonly goodProducts: ReadonlyMap<string, Product>;
  /** Lines of each order: product code, quantity and price. */
  readonly goodOrders: ReadonlyMap<string, readonly string[]>;
}

export interface ShopOptions {
  /** Begins every key, so that several runs can share one Odoo. */
  readonly prefix: string;
  /** Rows of both files together in round 0; the orders of later rounds have more. */
  readonly rows: number;
  /** Round 0 is the first time; later rounds change prices and add a line to every order. */
  readonly round: number;
  /** A barcode that another product in Odoo has already. */
  readonly takenBarcode: string;
}

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const linesEach = 5;

export function makeShop(options: ShopOptions): Shop {
  const productRows = Math.round(options.rows * 0.4);
  return {
    ...makeProducts(options, productRows),
    ...makeOrders(options, options.rows - productRows, productRows),
  };
}

type OfProducts = Pick<Shop, "products" | "goodProducts">;
type OfOrders = Pick<Shop, "orders" | "goodOrders" | "rows" | "failing">;

function isBad(n: number): boolean {
  return n % 100 === 57;
}

function makeProducts({ prefix, round, takenBarcode }: ShopOptions, rows: number): OfProducts {
  const text = ["default_code,name,list_price,barcode"];
  const good = new Map<string, Product>();
  for (let n = 0; n < rows; n += 1) {
    const code = `${prefix}P${n}`;
    const name = `Thing ${n}, "${n % 7}"`;
    // In a later round every third price is another one.
    const price = 1 + (n % 900) / 100 + (n % 3 === 0 ? round : 0);
    const refusedByField = isBad(n) && n % 200 === 57;
    const refusedByOdoo = isBad(n) && !refusedByField;
    const barcode = refusedByOdoo ? takenBarcode : `${prefix}B${n}`;
    text.push(`${code},"${name.replaceAll('"', '""')}",${refusedByField ? "twelve" : price.toFixed(2)},${barcode}`);
    if (!isBad(n)) good.set(code, { name, price });
  }
  return { products: `${text.join("\n")}\n`, goodProducts: good };
}

function makeOrders({ prefix, round }: ShopOptions, rows: number, productRows: number): OfOrders {
  const text = [header];
  const failing = new Set<number>();
  const good = new Map<string, string[]>();
  const orders = Math.max(1, Math.floor(rows / linesEach));
  for (let n = 0; n < orders; n += 1) {
    const key = `${prefix}O${n}`;
    const lines = good.get(key) ?? [];
    for (let line = 0; line < linesEach + round; line += 1) {
      const code = `${prefix}S${(n * 7 + line * 13) % 200}`;
      const quantity = 1 + ((n + line) % 9);
      const price = 0.5 + ((n * 3 + line) % 70) / 10;
      // The same line is bad in every round.
      const bad = isBad(n * 31 + line * 17);
      text.push(
        `${key},${code},Part ${code},${quantity},2026-03-01 10:${String(n % 60).padStart(2, "0")}:00,${bad ? "0" : price.toFixed(2)},${prefix}C${n % 300},Belgium`,
      );
      if (bad) failing.add(text.length);
      else lines.push(`${code} ${quantity} ${price.toFixed(2)}`);
    }
    if (lines.length > 0) good.set(key, lines);
  }
  const failingProducts = new Set<number>();
  for (let n = 0; n < productRows; n += 1) if (isBad(n)) failingProducts.add(n + 2);
  return {
    orders: `${text.join("\n")}\n`,
    goodOrders: good,
    rows: { products: productRows, orders: text.length - 1 },
    failing: { products: failingProducts, orders: failing },
  };
}
