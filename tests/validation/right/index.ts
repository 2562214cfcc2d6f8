/** All right inputs. */
import { books } from "./books.js";
import { contacts } from "./contacts.js";
import { products } from "./products.js";
import { sales } from "./sales.js";

export const allRight = [...contacts, ...products, ...sales, ...books];
